/** What of a text a search has found, as the portal searches: by how words begin, without capitals and accents. */

export interface Piece {
  readonly text: string;
  readonly found: boolean;
}

const WORDS = /[\p{L}\p{M}\p{N}]+/gu;
/** Scripts that are written without blanks between words: there a word may begin anywhere. */
const UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]/;

/** The text in pieces, those marked that this question asks for. */
export function pieces(text: string, question: string): readonly Piece[] {
  const asked = (fold(question).match(WORDS) ?? []).sort((one, other) => other.length - one.length);
  const found: Piece[] = [];
  let at = 0;
  for (const { index, 0: word } of text.matchAll(WORDS)) {
    const [start, end] = foundIn(word, asked);
    if (start === end) continue;
    if (index + start > at) found.push({ text: text.slice(at, index + start), found: false });
    found.push({ text: word.slice(start, end), found: true });
    at = index + end;
  }
  return at < text.length ? [...found, { text: text.slice(at), found: false }] : found;
}

/** Where in a word the first of what is asked for stands; an empty range where none does. */
function foundIn(word: string, asked: readonly string[]): readonly [number, number] {
  for (const start of startsOf(word)) {
    for (const beginning of asked) {
      const length = lengthOf(beginning, word.slice(start));
      if (length > 0) return [start, start + length];
    }
  }
  return [0, 0];
}

function startsOf(word: string): readonly number[] {
  return [0, ...[...word.matchAll(new RegExp(UNSPACED, "g"))].map(({ index }) => index)];
}

/** How much of a word is this beginning, its accents included; 0 where it begins otherwise. */
function lengthOf(beginning: string, word: string): number {
  if (!fold(word).startsWith(beginning)) return 0;
  let length = 0;
  for (const sign of word) {
    const enough = fold(word.slice(0, length)).length >= beginning.length;
    if (enough && fold(sign) !== "") break;
    length += sign.length;
  }
  return length;
}

function fold(text: string): string {
  return text.normalize("NFKD").toUpperCase().toLowerCase().replaceAll("ς", "σ").replace(/[\p{M}\p{Cf}]/gu, "");
}
