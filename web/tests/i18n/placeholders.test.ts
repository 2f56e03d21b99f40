import { describe, expect, test } from "vitest";
import { fill, weave } from "../../src/i18n/placeholders";

describe("placeholders are filled in one pass", () => {
  test.each([
    ["one letter", "{a}", { a: "x" }, "x"],
    ["in a sentence", "The key of {device} is kept.", { device: "iMac" }, "The key of iMac is kept."],
    ["adjacent", "{a}{b}", { a: "1", b: "2" }, "12"],
    ["repeated", "{a}-{a}", { a: "x" }, "x-x"],
    ["unknown stays standing", "{a} {b}", { a: "x" }, "x {b}"],
    ["without values all stay standing", "{a} {b}", undefined, "{a} {b}"],
    ["a value that looks like a placeholder", "{a} {b}", { a: "{b}", b: "x" }, "{b} x"],
    ["a value with a replacement pattern", "{a}", { a: "$& $1 $$" }, "$& $1 $$"],
    ["a value from right to left", "{a}: {b}", { a: "جهاز", b: "كتاب" }, "جهاز: كتاب"],
    ["in a text from right to left", "مفتاح {device} محفوظ", { device: "iMac" }, "مفتاح iMac محفوظ"],
    ["a number", "{n}", { n: 7 }, "7"],
    ["an empty value", "[{a}]", { a: "" }, "[]"],
    ["the name of something every object has", "{toString}", {}, "{toString}"],
    ["braces that are none", "{ a } {1} {}", { a: "x" }, "{ a } {1} {}"],
  ])("%s", (_case, text, values, expected) => {
    expect(fill(text, values)).toBe(expected);
  });
});

describe("elements are woven in without touching the text round them", () => {
  const element = { element: true };

  test.each([
    ["in the middle", "before {a} after", ["before ", element, " after"]],
    ["first", "{a} after", [element, " after"]],
    ["alone", "{a}", [element]],
    ["adjacent", "{a}{a}", [element, element]],
    ["unknown stays standing", "{b}", ["{b}"]],
    ["none", "words", ["words"]],
  ])("%s", (_case, text, expected) => {
    expect(weave(text, { a: element })).toEqual(expected);
  });

  test("a string that looks like a placeholder stays a string", () => {
    expect(weave("{a} {b}", { a: "{b}", b: "x" })).toEqual(["{b}", " ", "x"]);
  });
});
