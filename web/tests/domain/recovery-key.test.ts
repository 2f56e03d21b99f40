import golden from "../../../tests/golden/recovery_key.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { characters, differingGroups, groups, malformed, normalize, obstacle, shown } from "../../src/domain/recovery-key";

const KEY = "K7QM2XVB900DWH4PZR8C5LJN";

describe("the examples that Python passes too", () => {
  test.each(golden.well_formed)("$id is a key", ({ typed, key }) => {
    expect(normalize(typed)).toBe(key);
    expect(malformed(typed)).toBeNull();
  });

  test.each(golden.malformed)("$id is none", ({ typed, length, character }) => {
    expect(malformed(typed)).toEqual({ code: "key-malformed", length, character });
  });

  test.each(golden.grouped)("$key is shown in groups", ({ key, groups: expected, shown: form }) => {
    expect(groups(key)).toEqual(expected);
    expect(shown(key)).toBe(form);
  });

  test.each(golden.partly_typed)("$id, partly typed", ({ typed, normalized }) => {
    expect(normalize(typed)).toBe(normalized);
  });

  test("exactly the same characters are ignored", () => {
    const every = Array.from({ length: 0x110000 }, (_, code) => code).filter((code) => code < 0xd800 || code > 0xdfff);
    const ignored = every.filter((code) => normalize(String.fromCodePoint(code)) === "");
    expect(ignored.map((code) => `U+${code.toString(16).toUpperCase().padStart(4, "0")}`).sort()).toEqual(
      [...golden.ignored].sort(),
    );
  });
});

test("an emoji counts as one character", () => {
  expect(characters("a🔑b")).toEqual(["A", "🔑", "B"]);
});

describe("a key and its confirmation", () => {
  test("the same key in two forms can be saved", () => {
    expect(obstacle(KEY, shown(KEY).toLowerCase())).toBeNull();
  });

  test("the groups that differ are named", () => {
    expect(obstacle(KEY, "K7QM2XVB900DWH4FZR8C5LJM")).toEqual({ code: "keys-differ", groups: [4, 6], length: 24 });
  });

  test("a confirmation that stops early differs from there on", () => {
    expect(obstacle(KEY, KEY.slice(0, 18))).toEqual({ code: "keys-differ", groups: [5, 6], length: 18 });
  });

  test("the form of the first entry comes before the difference", () => {
    expect(obstacle("K7QM", KEY)).toEqual({ code: "key-malformed", length: 4, character: null });
  });

  test("two entries of the same wrong form are malformed", () => {
    expect(obstacle("K7QÉ", "K7QÉ")).toEqual({ code: "key-malformed", length: 4, character: "É" });
  });

  test("a confirmation that goes on has one group more", () => {
    expect(differingGroups(KEY, `${KEY}A`)).toEqual([7]);
  });
});
