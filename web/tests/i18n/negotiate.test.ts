import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { firstLocale } from "../../src/i18n/choice";
import { languages } from "../../src/i18n/generated/languages";
import { negotiate } from "../../src/i18n/negotiate";

interface Case {
  readonly about: string;
  readonly wanted: readonly string[];
  readonly found: string | null;
  /** Where not those of the portal are at hand. */
  readonly available?: readonly string[];
}

/** The same cases as those of the server's twin, `tests/unit/http/test_languages.py`. */
const GOLDEN = JSON.parse(readFileSync("../tests/golden/negotiation.json", "utf8")) as {
  readonly available: readonly string[];
  readonly cases: readonly Case[];
};

describe("lookup after RFC 4647", () => {
  test.each(GOLDEN.cases)("$about", ({ wanted, found, available }) => {
    expect(negotiate(wanted, available ?? GOLDEN.available)).toBe(found);
  });

  test("among all languages that there are", () => {
    expect(languages.map(({ tag }) => tag)).toEqual(expect.arrayContaining([...GOLDEN.available]));
  });
});

describe("the language to begin with", () => {
  test.each([
    ["the choice on this device before all", { chosen: "ar", page: "nl", browser: ["de"] }, "ar"],
    ["the page as the server negotiated it", { chosen: null, page: "nl", browser: ["de"] }, "nl"],
    ["the browser, where the page is in the source language", { chosen: null, page: "en", browser: ["de-CH"] }, "de"],
    ["English, where nobody wishes anything that is there", { chosen: null, page: "en", browser: ["sw"] }, "en"],
    ["English wished for by the browser", { chosen: null, page: "en", browser: ["en-GB", "nl"] }, "en"],
    ["not a language that no longer is there", { chosen: "xx", page: "nl", browser: [] }, "nl"],
    ["no pseudo-language, though the browser wishes for it", { chosen: null, page: "en", browser: ["en-XA", "nl"] }, "en"],
    ["nor the one that was chosen once", { chosen: "ar-XB", page: "nl", browser: [] }, "ar"],
    ["a pseudo-language that the server answered in", { chosen: null, page: "ar-XB", browser: ["nl"] }, "ar-XB"],
  ])("%s", (_case, wishes, expected) => {
    expect(firstLocale(wishes)).toBe(expected);
  });
});
