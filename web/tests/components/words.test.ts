/** What small pieces of the frame say. */
import { describe, expect, test, vi } from "vitest";
import { ApiProblem, Unreachable } from "../../src/api";
import { initials } from "../../src/components/account-menu";
import { matching } from "../../src/components/language-menu";
import { errorWords } from "../../src/components/page-error/words";
import { signInError } from "../../src/components/sign-in-form/words";
import { noticeWords } from "../../src/components/toast/words";
import { languages } from "../../src/i18n";

test.each([
  ["first and last name", "Noor Vermeer", "N\u200cV"],
  ["names between are left out", "Jan Peter van den Berg", "J\u200cB"],
  ["one name", "Cher", "C"],
  ["Arabic letters are kept apart", "نور فان", "ن\u200cف"],
  ["a sign beyond the first plane", "𝔸da", "𝔸"],
  ["none", "", ""],
])("initials: %s", (_case, name, expected) => {
  expect(initials(name)).toBe(expected);
});

describe("a language is found", () => {
  test.each([
    ["by its own name", "neder", "nl"],
    ["by its English name", "german", "de"],
    ["by its name in the present language", "allem", "de"],
    ["by its tag", "ar", "ar"],
    ["whatever the case", "DEUTSCH", "de"],
    ["in its own script", "العر", "ar"],
  ])("%s", (_case, sought, tag) => {
    expect(matching(languages, sought, "fr").map((language) => language.tag)).toContain(tag);
  });

  test("in a Turkish browser as well, to which the small letter of I is ı", () => {
    vi.spyOn(String.prototype, "toLocaleLowerCase").mockImplementation(function (this: string) {
      return this.replaceAll("I", "ı").toLowerCase();
    });
    expect(matching(languages, "italiano", "tr").map((language) => language.tag)).toEqual(["it"]);
    expect(matching(languages, "ITALYANCA", "tr").map((language) => language.tag)).toEqual(["it"]);
    vi.restoreAllMocks();
  });

  test("not at all", () => {
    expect(matching(languages, "klingon", "en")).toEqual([]);
  });
});

describe("a sign-in that was not accepted says why", () => {
  test.each([
    ["wrong", new ApiProblem(401, { code: "sign-in-failed" }), "do not belong together"],
    ["too often, in minutes", new ApiProblem(429, { code: "too-many-attempts" }, 61), "in 2 minutes"],
    ["too often, at least a minute", new ApiProblem(429, { code: "too-many-attempts" }, 3), "in 1 minute."],
    ["too often, for an unknown time", new ApiProblem(429, { code: "too-many-attempts" }), "Wait a while"],
    ["unreachable", new Unreachable(), "can't reach"],
    ["anything else in the portal's words", new ApiProblem(503, { detail: "Back soon." }), "Back soon."],
    ["anything else without words", new Error("x"), "did not work"],
  ])("%s", (_case, error, words) => {
    expect(signInError(error)).toContain(words);
  });
});

describe("a page that can't be shown says why", () => {
  test.each([
    ["unreachable", new Unreachable(), "We can't reach the portal", true, null],
    ["not there", new ApiProblem(404, { code: "not-found" }), "There is nothing here", false, null],
    ["anything else", new ApiProblem(500, { code: "internal" }), "This did not work", true, "500 internal"],
  ])("%s", (_case, error, title, again, reference) => {
    expect(errorWords(error)).toMatchObject({ title, again, reference });
  });
});

describe("a notice names the device and leads to what can be done", () => {
  test.each([
    ["device-not-updated", "danger", "/devices/a%2Fb"],
    ["rotation-failed", "warn", "/devices/a%2Fb"],
    ["store-asked", "warn", "/devices/a%2Fb/store"],
    ["key-revealed", "warn", "/devices/a%2Fb"],
    ["ownership-changed", "warn", "/devices/a%2Fb"],
    ["device-reassigned", "info", undefined],
    ["reveal-requested", "warn", "/admin/requests"],
    ["reveal-approved", "info", "/devices/a%2Fb/key"],
    ["reveal-denied", "info", "/devices/a%2Fb"],
    ["one of a later version", "info", "/devices/a%2Fb"],
  ])("%s", (code, kind, href) => {
    const notice = { id: "n", code, device: { id: "a/b", name: "iMac" }, by: null, created_at: "2026-06-03T12:00:00Z" };
    const words = noticeWords(notice, "iMac");
    expect(words.kind).toBe(kind);
    expect(words.link?.href).toBe(href);
    expect(words.text).toContain("iMac");
  });

  test("and says who saw a key, where that is known", () => {
    const notice = { id: "n", code: "key-revealed", device: { id: "m", name: "iMac" }, by: "Noor", created_at: "2026-06-03T12:00:00Z" };
    expect(JSON.stringify(noticeWords(notice, "iMac").text)).toContain("Noor");
  });

  test("or is about no Mac at all", () => {
    const notice = { id: "n", code: "credential-reset", device: null, by: null, created_at: "2026-06-03T12:00:00Z" };
    expect(noticeWords(notice, null)).toMatchObject({ kind: "warn", link: { href: "/help#contact" } });
  });
});
