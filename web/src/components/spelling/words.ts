/**
 * The words to read a key over the telephone with. Each is a text of the catalogs, since each language has its own
 * spelling alphabet.
 */
import { tc } from "../../i18n";

const WORDS: Readonly<Record<string, () => string>> = {
  // Translators: The word for the letter A in the spelling alphabet that people of your language use on the telephone.
  A: () => tc("spelling alphabet", "Alfa"),
  // Translators: The word for the letter B in the spelling alphabet that people of your language use on the telephone.
  B: () => tc("spelling alphabet", "Bravo"),
  // Translators: The word for the letter C in the spelling alphabet that people of your language use on the telephone.
  C: () => tc("spelling alphabet", "Charlie"),
  // Translators: The word for the letter D in the spelling alphabet that people of your language use on the telephone.
  D: () => tc("spelling alphabet", "Delta"),
  // Translators: The word for the letter E in the spelling alphabet that people of your language use on the telephone.
  E: () => tc("spelling alphabet", "Echo"),
  // Translators: The word for the letter F in the spelling alphabet that people of your language use on the telephone.
  F: () => tc("spelling alphabet", "Foxtrot"),
  // Translators: The word for the letter G in the spelling alphabet that people of your language use on the telephone.
  G: () => tc("spelling alphabet", "Golf"),
  // Translators: The word for the letter H in the spelling alphabet that people of your language use on the telephone.
  H: () => tc("spelling alphabet", "Hotel"),
  // Translators: The word for the letter I in the spelling alphabet that people of your language use on the telephone.
  I: () => tc("spelling alphabet", "India"),
  // Translators: The word for the letter J in the spelling alphabet that people of your language use on the telephone.
  J: () => tc("spelling alphabet", "Juliett"),
  // Translators: The word for the letter K in the spelling alphabet that people of your language use on the telephone.
  K: () => tc("spelling alphabet", "Kilo"),
  // Translators: The word for the letter L in the spelling alphabet that people of your language use on the telephone.
  L: () => tc("spelling alphabet", "Lima"),
  // Translators: The word for the letter M in the spelling alphabet that people of your language use on the telephone.
  M: () => tc("spelling alphabet", "Mike"),
  // Translators: The word for the letter N in the spelling alphabet that people of your language use on the telephone.
  N: () => tc("spelling alphabet", "November"),
  // Translators: The word for the letter O in the spelling alphabet that people of your language use on the telephone.
  O: () => tc("spelling alphabet", "Oscar"),
  // Translators: The word for the letter P in the spelling alphabet that people of your language use on the telephone.
  P: () => tc("spelling alphabet", "Papa"),
  // Translators: The word for the letter Q in the spelling alphabet that people of your language use on the telephone.
  Q: () => tc("spelling alphabet", "Quebec"),
  // Translators: The word for the letter R in the spelling alphabet that people of your language use on the telephone.
  R: () => tc("spelling alphabet", "Romeo"),
  // Translators: The word for the letter S in the spelling alphabet that people of your language use on the telephone.
  S: () => tc("spelling alphabet", "Sierra"),
  // Translators: The word for the letter T in the spelling alphabet that people of your language use on the telephone.
  T: () => tc("spelling alphabet", "Tango"),
  // Translators: The word for the letter U in the spelling alphabet that people of your language use on the telephone.
  U: () => tc("spelling alphabet", "Uniform"),
  // Translators: The word for the letter V in the spelling alphabet that people of your language use on the telephone.
  V: () => tc("spelling alphabet", "Victor"),
  // Translators: The word for the letter W in the spelling alphabet that people of your language use on the telephone.
  W: () => tc("spelling alphabet", "Whiskey"),
  // Translators: The word for the letter X in the spelling alphabet that people of your language use on the telephone.
  X: () => tc("spelling alphabet", "X-ray"),
  // Translators: The word for the letter Y in the spelling alphabet that people of your language use on the telephone.
  Y: () => tc("spelling alphabet", "Yankee"),
  // Translators: The word for the letter Z in the spelling alphabet that people of your language use on the telephone.
  Z: () => tc("spelling alphabet", "Zulu"),
  // Translators: The word for the digit 0 as it is read out on the telephone.
  0: () => tc("spelling alphabet", "zero"),
  // Translators: The word for the digit 1 as it is read out on the telephone.
  1: () => tc("spelling alphabet", "one"),
  // Translators: The word for the digit 2 as it is read out on the telephone.
  2: () => tc("spelling alphabet", "two"),
  // Translators: The word for the digit 3 as it is read out on the telephone.
  3: () => tc("spelling alphabet", "three"),
  // Translators: The word for the digit 4 as it is read out on the telephone.
  4: () => tc("spelling alphabet", "four"),
  // Translators: The word for the digit 5 as it is read out on the telephone.
  5: () => tc("spelling alphabet", "five"),
  // Translators: The word for the digit 6 as it is read out on the telephone.
  6: () => tc("spelling alphabet", "six"),
  // Translators: The word for the digit 7 as it is read out on the telephone.
  7: () => tc("spelling alphabet", "seven"),
  // Translators: The word for the digit 8 as it is read out on the telephone.
  8: () => tc("spelling alphabet", "eight"),
  // Translators: The word for the digit 9 as it is read out on the telephone.
  9: () => tc("spelling alphabet", "nine"),
};

/** The word for a character of a key; the character itself where it is no letter or digit of one. */
export function spellingWord(character: string): string {
  return WORDS[character]?.() ?? character;
}
