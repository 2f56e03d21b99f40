/**
 * The language in force: its tag, direction and translator, as signals, so that
 * every component that shows a text is drawn again when the language changes,
 * without a reload and with whatever was typed left where it is.
 */
import { batch, computed, signal } from "@preact/signals";
import { languages, type Language } from "./generated/languages";
import { fingerprints } from "./generated/messages";
import { offered } from "./offer";
import { createTranslator, english, type Catalog, type Translator } from "./translator";

const SOURCE = "en";

/** Addresses of the catalogs as the build named them. */
const addresses = import.meta.glob<string>("./generated/catalogs/*.json", {
  query: "?url",
  import: "default",
  eager: true,
});

/** The BCP 47 tag of the language in force. */
export const locale = signal(SOURCE);

/** The translator of that language. */
export const translator = signal<Translator>(english);

/** The direction in which that language is written. */
export const direction = computed(() => languageOf(locale.value)?.dir ?? "ltr");

/** What was loaded once: whoever comes back to a language waits for nothing. */
const loaded = new Map<string, Translator>([[SOURCE, english]]);

let latestChoice = "";

/**
 * Puts a language in force once its catalog is there. Should the catalog not
 * arrive, the present language stays and the promise is rejected with what `fetch`
 * said. Of two choices in a row the later wins, whichever arrives first.
 */
export async function setLocale(tag: string): Promise<void> {
  const language = offered().find((one) => one.tag === tag);
  if (language === undefined) return;
  latestChoice = tag;
  const itsTranslator = loaded.get(tag) ?? (await load(language));
  if (latestChoice === tag) apply(language, itsTranslator);
}

async function load(language: Language): Promise<Translator> {
  const address = addresses[`./generated/catalogs/${language.tag}.json`];
  if (address === undefined) throw new Error(`catalog ${language.tag}: not in this build`);
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`catalog ${language.tag}: ${answer.status}`);
  const made = createTranslator(fingerprints, (await answer.json()) as Catalog, language);
  loaded.set(language.tag, made);
  return made;
}

function apply(language: Language, itsTranslator: Translator): void {
  document.documentElement.lang = language.tag;
  document.documentElement.dir = language.dir;
  batch(() => {
    locale.value = language.tag;
    translator.value = itsTranslator;
  });
}

function languageOf(tag: string): Language | undefined {
  return languages.find((language) => language.tag === tag);
}
