/**
 * The FileVault personal recovery key: its form, and what may be typed for it.
 *
 * The twin of `sleutelkast.domain.recovery_key`; both pass the examples of `tests/golden/recovery_key.json`.
 */

export const LENGTH = 24;
export const GROUP_LENGTH = 4;

const ALPHABET = /^[A-Z0-9]$/;

/** Blanks, and the zero-width signs that copying brings along: joiners, soft hyphen, byte order mark, direction marks. */
const BLANKS =
  "\\t\\n\\v\\f\\r \\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000" +
  "\\u00ad\\u061c\\u180e\\ufeff\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u2069";

/** Unicode's Dash property, and what keyboards and text programs put in its place. */
const DASHES =
  "\\-\\u058a\\u05be\\u1400\\u1806\\u2010-\\u2015\\u2043\\u02d7\\u2053\\u207b\\u208b\\u2212\\u2e17\\u2e1a\\u2e3a\\u2e3b" +
  "\\u2e40\\u2e5d\\u301c\\u3030\\u30a0\\u30fc\\uff70\\ufe31\\ufe32\\ufe58\\ufe63\\uff0d\\u{10d6e}\\u{10ead}";

const IGNORED = new RegExp(`[${BLANKS}${DASHES}]`, "gu");
const FULL_WIDTH = /[\uff01-\uff5e]/g;
const FULL_WIDTH_TO_ASCII = 0xfee0;

/** What was typed has not the form of a key. `length` counts code points that remain once blanks and dashes are dropped. */
export interface Malformed {
  readonly code: "key-malformed";
  readonly length: number;
  /** The first character that does not belong, where there is one. */
  readonly character: string | null;
}

/** The two entries differ; `groups` are the numbers (from 1) of the groups that do. */
export interface Differ {
  readonly code: "keys-differ";
  readonly groups: readonly number[];
  /** How many characters the second entry has. */
  readonly length: number;
}

/**
 * Forgive what keyboards and copying do to a key, and guess nothing: full-width forms become ASCII, ASCII letters
 * become capitals, blanks and dashes are dropped. No other Unicode folding, and 0 is not O.
 */
export function normalize(typed: string): string {
  return typed.replace(IGNORED, "").replace(FULL_WIDTH, toAscii).replace(/[a-z]+/g, (letters) => letters.toUpperCase());
}

function toAscii(sign: string): string {
  return String.fromCharCode(sign.charCodeAt(0) - FULL_WIDTH_TO_ASCII);
}

/** The characters as a reader counts them: one for each code point, so that an emoji is one. */
export function characters(typed: string): readonly string[] {
  return [...normalize(typed)];
}

/** Whether a character may be part of a key. */
export function belongs(character: string): boolean {
  return ALPHABET.test(character);
}

export function isDigit(character: string): boolean {
  return character >= "0" && character <= "9";
}

/** The groups of four of what was typed so far; the last may be shorter. */
export function groups(typed: string): readonly string[] {
  const signs = characters(typed);
  return Array.from({ length: Math.ceil(signs.length / GROUP_LENGTH) }, (_, at) =>
    signs.slice(at * GROUP_LENGTH, (at + 1) * GROUP_LENGTH).join(""),
  );
}

/** The form that a Mac shows and expects: groups of four with dashes. */
export function shown(typed: string): string {
  return groups(typed).join("-");
}

/** What keeps this from being a key, or null where it is one. */
export function malformed(typed: string): Malformed | null {
  const signs = characters(typed);
  const character = signs.find((sign) => !belongs(sign)) ?? null;
  if (character === null && signs.length === LENGTH) return null;
  return { code: "key-malformed", length: signs.length, character };
}

/** The numbers, from 1, of the groups in which two entries differ. */
export function differingGroups(first: string, second: string): readonly number[] {
  const [one, other] = [groups(first), groups(second)];
  const count = Math.max(one.length, other.length);
  return Array.from({ length: count }, (_, at) => at + 1).filter((number) => one[number - 1] !== other[number - 1]);
}

/** What keeps a key and its confirmation from being saved: the form of the first before their difference, as the API does. */
export function obstacle(first: string, second: string): Malformed | Differ | null {
  const differing = differingGroups(first, second);
  return malformed(first) ?? (differing.length === 0 ? null : differ(differing, second));
}

function differ(numbers: readonly number[], second: string): Differ {
  return { code: "keys-differ", groups: numbers, length: characters(second).length };
}
