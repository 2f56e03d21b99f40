import { describe, expect, test } from "vitest";
import { firstLocale } from "../../src/i18n/choice";
import { negotiate } from "../../src/i18n/negotiate";

const AVAILABLE = ["en", "nl", "de", "ar", "pt-PT", "pt-BR", "zh-Hans", "zh-Hant", "nb", "he", "id"];

describe("lookup after RFC 4647", () => {
  test.each([
    ["the same tag", ["nl"], "nl"],
    ["a region falls back to its language", ["nl-BE"], "nl"],
    ["case does not matter", ["PT-br"], "pt-BR"],
    ["the first wish that can be had", ["fr", "de-AT", "nl"], "de"],
    ["a region with its script unsaid", ["zh-TW"], "zh-Hant"],
    ["a language with its script unsaid", ["zh"], "zh-Hans"],
    ["Portuguese without a region", ["pt"], "pt-PT"],
    ["Portuguese of another country than Brazil", ["pt-AO"], "pt-PT"],
    ["Norwegian, whichever", ["no", "de"], "nb"],
    ["Norwegian in its other written form", ["nn-NO"], "nb"],
    ["a language by its former name", ["iw-IL"], "he"],
    ["another one by its former name", ["in"], "id"],
    ["extensions are dropped", ["de-DE-u-co-phonebk"], "de"],
    ["nothing that can be had", ["fr", "it"], null],
    ["a wildcard says nothing", ["*"], null],
    ["no wish", [], null],
    ["what is no tag", ["", "__proto__", "-"], null],
  ])("%s", (_case, wanted, expected) => {
    expect(negotiate(wanted, AVAILABLE)).toBe(expected);
  });
});

describe("the language to begin with", () => {
  test.each([
    ["the choice on this device before all", { chosen: "ar", page: "nl", browser: ["de"] }, "ar"],
    ["the page as the server negotiated it", { chosen: null, page: "nl", browser: ["de"] }, "nl"],
    ["the browser, where the page is in the source language", { chosen: null, page: "en", browser: ["de-CH"] }, "de"],
    ["English, where nobody wishes anything that is there", { chosen: null, page: "en", browser: ["fr"] }, "en"],
    ["English wished for by the browser", { chosen: null, page: "en", browser: ["en-GB", "nl"] }, "en"],
    ["not a language that no longer is there", { chosen: "xx", page: "nl", browser: [] }, "nl"],
  ])("%s", (_case, wishes, expected) => {
    expect(firstLocale(wishes, AVAILABLE)).toBe(expected);
  });
});
