import { expect, test } from "vitest";
import { Spelling } from "../../src/components/spelling";
import { spellingWord } from "../../src/components/spelling/words";
import { show, words } from "../support/render";

const ALPHABET = [..."ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"];

test("every character of a key has a word of its own", () => {
  const all = ALPHABET.map(spellingWord);
  expect(all.filter((word, at) => word === ALPHABET[at])).toEqual([]);
  expect(new Set(all).size).toBe(ALPHABET.length);
});

test("the word of a letter begins with it", () => {
  const letters = ALPHABET.slice(0, 26);
  expect(letters.filter((letter) => !spellingWord(letter).startsWith(letter))).toEqual([]);
});

test("one group is shown, each character with its word and kind", async () => {
  const page = await show(<Spelling recoveryKey="K7QM-2XVB-9O0D-WH4P-ZR8C-5LJN" at={2} />);
  expect(words(page.querySelector("h2") as Element)).toBe("Group 3 of 6");
  expect([...page.querySelectorAll("li")].map(words)).toEqual(["9ninedigit", "OOscarletter", "0zerodigit", "DDeltaletter"]);
  expect(page.querySelectorAll(".spelling-pip-done")).toHaveLength(2);
});
