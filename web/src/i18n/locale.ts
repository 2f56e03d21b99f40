/**
 * The language in force: its tag, direction and translator, as signals, so that
 * every component that shows a text is drawn again when the language changes,
 * without a reload and with whatever was typed left where it is.
 */
import { batch, computed, signal } from "@preact/signals";
import { fingerprints } from "./generated/first";
import { languages, type Language } from "./generated/languages";
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

/** One part of every catalog: its name in their addresses, and the messages that it translates. */
interface Part {
  readonly name: string;
  readonly fingerprints: readonly number[];
}

/** The parts that are loaded of the language in force, and of each that is put in force from then on. */
let parts: readonly Part[] = [{ name: "first", fingerprints }];
/** What was loaded once, by its address: whoever comes back to a language waits for nothing. */
const loaded = new Map<string, Catalog>();
let latestChoice = SOURCE;

/**
 * Puts a language in force once its catalog is there. Should the catalog not
 * arrive, the present language stays and the promise is rejected with what `fetch`
 * said. Of two choices in a row the later wins, whichever arrives first.
 */
export async function setLocale(tag: string): Promise<void> {
  const language = offered().find((one) => one.tag === tag);
  if (language === undefined) return;
  latestChoice = tag;
  const itsTranslator = await loadTranslator(language);
  if (latestChoice === tag) apply(language, itsTranslator);
}

/**
 * Also loads the words of the pages that the app does not begin with, now and for
 * every language from now on. Rejects as `setLocale` does.
 */
export async function loadLaterTexts(): Promise<void> {
  const later = await import("./generated/later");
  if (parts.length === 1) parts = [...parts, { name: "later", fingerprints: later.fingerprints }];
  await setLocale(latestChoice);
}

async function loadTranslator(language: Language): Promise<Translator> {
  if (language.tag === SOURCE) return english;
  const wanted = parts;
  const catalogs = await Promise.all(wanted.map((part) => loadCatalog(language, part)));
  // A page that needs more of the catalog was opened meanwhile.
  if (wanted !== parts) return loadTranslator(language);
  return createTranslator(wanted.flatMap((part) => part.fingerprints), catalogs.flat(), language);
}

async function loadCatalog(language: Language, part: Part): Promise<Catalog> {
  const address = addresses[`./generated/catalogs/${language.tag}.${part.name}.json`];
  if (address === undefined) throw new Error(`catalog ${language.tag}: not in this build`);
  const known = loaded.get(address);
  if (known !== undefined) return known;
  const answer = await fetch(address, { credentials: "same-origin" });
  if (!answer.ok) throw new Error(`catalog ${language.tag}: ${answer.status}`);
  const catalog = (await answer.json()) as Catalog;
  loaded.set(address, catalog);
  return catalog;
}

function apply(language: Language, itsTranslator: Translator): void {
  document.documentElement.lang = language.tag;
  document.documentElement.dir = language.dir;
  // What the app is called where somebody installs it from now on; a page of the development server has none.
  document.querySelector("link[rel=manifest]")?.setAttribute("href", `/manifest.${language.tag}.webmanifest`);
  batch(() => {
    locale.value = language.tag;
    translator.value = itsTranslator;
  });
}

function languageOf(tag: string): Language | undefined {
  return languages.find((language) => language.tag === tag);
}
