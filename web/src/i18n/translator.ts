/**
 * Looks texts up in one language's catalog. Pure: catalog and language come in as
 * arguments. What a catalog lacks is shown in English, the language of the source.
 */
import { fingerprint, messageKey } from "./fingerprint";

/** A translation: a text, its plural forms in gettext's order, or 0 where there is none. */
export type Entry = string | readonly string[] | 0;

/** Translations in the order of the list of fingerprints. */
export type Catalog = readonly Entry[];

/** What the translator has to know of a language. */
export interface PluralLanguage {
  readonly tag: string;
  /** The CLDR category of each plural form, in the catalog's order. */
  readonly plural: readonly Intl.LDMLPluralRule[];
}

export interface Translator {
  text(source: string, context?: string): string;
  plural(singular: string, plural: string, count: number, context?: string): string;
}

/** A translator without a catalog: the English source itself. */
export const english: Translator = {
  text: (source) => source,
  plural: (singular, plural, count) => englishForm(singular, plural, count),
};

export function createTranslator(
  fingerprints: readonly number[],
  catalog: Catalog,
  language: PluralLanguage,
): Translator {
  const positions = new Map(fingerprints.map((print, position) => [print, position]));
  const rules = new Intl.PluralRules(language.tag);
  const entry = (source: string, context?: string): Entry =>
    catalog[positions.get(fingerprint(messageKey(source, context))) ?? -1] ?? 0;

  return {
    text(source, context) {
      const found = entry(source, context);
      return typeof found === "string" && found !== "" ? found : source;
    },
    plural(singular, plural, count, context) {
      const form = language.plural.indexOf(rules.select(count));
      const forms = entry(singular, context);
      const found = Array.isArray(forms) ? (forms[form] ?? forms.at(-1)) : undefined;
      return found || englishForm(singular, plural, count);
    },
  };
}

function englishForm(singular: string, plural: string, count: number): string {
  return count === 1 ? singular : plural;
}
