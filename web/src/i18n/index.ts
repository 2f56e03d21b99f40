/**
 * Texts for people. English sources are the keys of the catalogs, so they stand in
 * the calls as literals, each under a `// Translators:` comment. Call these while
 * rendering, never when a module is loaded: a text belongs to the present language.
 */
import type { ComponentChildren } from "preact";
import { formatNumber } from "./formats";
import { translator } from "./locale";
import { fill, weave, type Values } from "./placeholders";

export { languages, type Language } from "./generated/languages";
export { chosenLocale, firstLocale, presentWishes, rememberChoice } from "./choice";
export * from "./formats";
export { direction, loadLaterTexts, locale, setLocale } from "./locale";
export { offered } from "./offer";
export type { Values } from "./placeholders";

/** Values that may be elements. */
export type Nodes = Readonly<Record<string, ComponentChildren>>;

/** What is to be said and stays on the page: asked for at each rendering, so that it follows the reader's language. */
export type Words = () => string;

/** The text in the reader's language. */
export function t(source: string, values?: Values): string {
  return fill(translator.value.text(source), values);
}

/** The same, for a text whose English alone is ambiguous. */
export function tc(context: string, source: string, values?: Values): string {
  return fill(translator.value.text(source, context), values);
}

/** The form that goes with a number; `{count}` is that number as the language writes it. */
export function tn(singular: string, plural: string, count: number, values?: Values): string {
  const text = translator.value.plural(singular, plural, count);
  return fill(text, { ...values, count: formatNumber(count) });
}

/** `tn` with a context. */
export function tcn(context: string, singular: string, plural: string, count: number, values?: Values): string {
  const text = translator.value.plural(singular, plural, count, context);
  return fill(text, { ...values, count: formatNumber(count) });
}

/** A sentence with elements in it: give all its values here, plain ones too. */
export function tx(source: string, nodes: Nodes): ComponentChildren[] {
  return rich(translator.value.text(source), nodes);
}

/** `tx` with a context. */
export function tcx(context: string, source: string, nodes: Nodes): ComponentChildren[] {
  return rich(translator.value.text(source, context), nodes);
}

/** A text that was looked up already, its placeholders replaced by elements in one pass. */
export function rich(text: string, nodes: Nodes): ComponentChildren[] {
  return weave<ComponentChildren>(text, nodes);
}
