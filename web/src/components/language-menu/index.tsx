/** The language menu: a sheet with a search field, made for forty languages. Each is named in its own language. */
import { useState } from "preact/hooks";
import { languages, locale, offered, t, tn, type Language } from "../../i18n";
import { chooseLanguage } from "../../state";
import { Dialog } from "../dialog";
import { Icon } from "../icon";
import { TextField } from "../text-field";
import "./language-menu.css";

export function LanguageMenu() {
  const [open, setOpen] = useState(false);
  const present = languages.find((language) => language.tag === locale.value);
  // Translators: Name of the button that opens the list of languages. {name} is the present language in its own words.
  const label = t("Language: {name}", { name: present?.name ?? locale.value });
  return (
    <>
      <button type="button" class="language-button" aria-label={label} aria-haspopup="dialog" onClick={() => setOpen(true)}>
        <Icon name="globe" size={22} />
        <span class="language-name">{present?.name}</span>
        <Icon name="down" size={16} />
      </button>
      {open && <LanguageSheet close={() => setOpen(false)} />}
    </>
  );
}

/** Also opened from the person's own page. */
export function LanguageSheet({ close }: { close: () => void }) {
  const [sought, setSought] = useState("");
  // Translators: Title of the list of languages.
  const label = t("Choose a language");
  // Translators: Name of a button that closes a dialog or a message.
  const closing = t("Close");
  const found = matching(inOrder(), sought);
  return (
    <Dialog label={label} class="language-sheet" onClose={close}>
      <div class="language-head">
        <h2>{label}</h2>
        <button type="button" class="icon-button" aria-label={closing} onClick={close}>
          <Icon name="close" />
        </button>
      </div>
      <div class="language-choice" onKeyDown={walk}>
        <TextField
          // Translators: Label of the field that searches the list of languages.
          label={t("Search a language")}
          type="search"
          value={sought}
          onInput={setSought}
          autocomplete="off"
          autocapitalize="none"
        />
        <Found languages={found} close={close} />
      </div>
    </Dialog>
  );
}

function Found({ languages: found, close }: { languages: readonly Language[]; close: () => void }) {
  const choose = (tag: string) => {
    close();
    void chooseLanguage(tag);
  };
  return (
    <>
      <p class="visually-hidden" role="status">
        {
          // Translators: Said to screen readers while somebody searches the list of languages.
          tn("{count} language found", "{count} languages found", found.length)
        }
      </p>
      {found.length === 0 && (
        <p class="muted">
          {
            // Translators: Shown in the list of languages when the search finds none.
            t("No language goes by that name. Try it in English or in the language itself.")
          }
        </p>
      )}
      <div class="language-found">
        <ul class="language-list">
          {found.map((language) => (
            <li key={language.tag}>
              <LanguageItem language={language} choose={choose} />
            </li>
          ))}
        </ul>
      </div>
    </>
  );
}

function LanguageItem({ language, choose }: { language: Language; choose: (tag: string) => void }) {
  const current = language.tag === locale.value;
  return (
    <button
      type="button"
      class="menu-item"
      lang={language.tag}
      aria-current={current ? "true" : undefined}
      autofocus={current}
      onClick={() => choose(language.tag)}
    >
      <bdi>{language.name}</bdi>
      {current && <Icon name="check" />}
    </button>
  );
}

/** By their own names, as one looks for them. */
function inOrder(): readonly Language[] {
  const collator = new Intl.Collator();
  return [...offered()].sort((one, other) => collator.compare(one.name, other.name));
}

/** Languages whose own, English or tag name has the words sought, or whose name in the present language has. */
export function matching(all: readonly Language[], sought: string, shownIn = locale.value): readonly Language[] {
  const plain = bare(sought);
  const names = new Intl.DisplayNames(shownIn, { type: "language" });
  return all.filter((language) =>
    [language.name, language.english, language.tag, names.of(language.tag) ?? ""].some((name) => bare(name).includes(plain)),
  );
}

function bare(words: string): string {
  // Not as a Turkish browser has it, to which the small letter of "Italiano" is ı.
  return words.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("ı", "i").trim();
}

/** Arrow keys go up and down the list. */
function walk(event: KeyboardEvent & { currentTarget: HTMLElement }): void {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const stops = [...event.currentTarget.querySelectorAll<HTMLElement>("input, button")];
  const place = stops.findIndex((stop) => stop === document.activeElement);
  stops[place + step]?.focus();
}
