/**
 * Placeholders `{name}` in a text, filled in one single pass: a value that looks
 * like a placeholder stays as it is, and a placeholder without a value stays
 * standing, so that what is missing can be seen.
 */

/** Values for a text: strings as they are, numbers already formatted by the caller. */
export type Values = Readonly<Record<string, string | number>>;

const PLACEHOLDER = /\{([A-Za-z_][A-Za-z0-9_]*)\}/;
const EVERY_PLACEHOLDER = new RegExp(PLACEHOLDER, "g");

/** The text with every placeholder replaced that has a value. */
export function fill(text: string, values: Values = {}): string {
  return text.replace(EVERY_PLACEHOLDER, (standing: string, name: string) =>
    Object.hasOwn(values, name) ? String(values[name]) : standing,
  );
}

/** The same for values of any kind: the pieces of text and the values, in reading order. */
export function weave<Node>(text: string, nodes: Readonly<Record<string, Node>>): (string | Node)[] {
  const pieces = text.split(PLACEHOLDER);
  return pieces
    .map((piece, index) => (index % 2 === 0 ? piece : nodeOrPlaceholder(piece, nodes)))
    .filter((piece) => piece !== "");
}

function nodeOrPlaceholder<Node>(name: string, nodes: Readonly<Record<string, Node>>): string | Node {
  return Object.hasOwn(nodes, name) ? (nodes[name] as Node) : `{${name}}`;
}
