import { describe, expect, test } from "vitest";
import { fingerprint, messageKey } from "../../src/i18n/fingerprint";
import { createTranslator, english, type Catalog } from "../../src/i18n/translator";
import golden from "../../../tests/golden/fingerprint.json";

test.each(golden.map((vector) => [vector.key, vector.fingerprint] as const))(
  "the fingerprint of %j is that of the catalogs' compiler",
  (key, expected) => {
    expect(fingerprint(key)).toBe(expected);
  },
);

describe("a text", () => {
  test.each([
    ["translated", "Devices", undefined, "Apparaten"],
    ["told apart by its context", "Save", "keep", "Bewaren"],
    ["with the same English and no context", "Save", undefined, "Opslaan"],
    ["untranslated is shown in English", "Help", undefined, "Help"],
    ["not in the list at all is shown in English", "Novel", undefined, "Novel"],
    ["a plural asked for as a text is shown in English", "{count} key", undefined, "{count} key"],
  ])("%s", (_case, source, context, expected) => {
    expect(dutch().text(source, context)).toBe(expected);
  });
});

describe("a plural form", () => {
  test.each([
    [0, "لا شيء"],
    [1, "واحد"],
    [2, "اثنان"],
    [3, "{count} قليل"],
    [11, "{count} كثير"],
    [100, "{count} أخرى"],
  ])("in Arabic for %d", (count, expected) => {
    expect(arabic().plural("{count} key", "{count} keys", count)).toBe(expected);
  });

  test.each([
    [1, "{count} key"],
    [2, "{count} keys"],
    [0, "{count} keys"],
  ])("that has no translation is English for %d", (count, expected) => {
    expect(dutch().plural("{count} lost", "x", count)).toBe(count === 1 ? "{count} lost" : "x");
    expect(english.plural("{count} key", "{count} keys", count)).toBe(expected);
  });

  test("that the catalog lacks is the last one there is", () => {
    const short = translatorOf("ar", ["zero", "one"], { "{count} key": ["صفر", "واحد"] });
    expect(short.plural("{count} key", "{count} keys", 5)).toBe("واحد");
  });
});

function dutch() {
  return translatorOf("nl", ["one", "other"], {
    Devices: "Apparaten",
    Save: "Opslaan",
    [messageKey("Save", "keep")]: "Bewaren",
    Help: 0,
    "{count} key": ["{count} sleutel", "{count} sleutels"],
  });
}

function arabic() {
  return translatorOf("ar", ["zero", "one", "two", "few", "many", "other"], {
    "{count} key": ["لا شيء", "واحد", "اثنان", "{count} قليل", "{count} كثير", "{count} أخرى"],
  });
}

function translatorOf(tag: string, plural: Intl.LDMLPluralRule[], entries: Record<string, Catalog[number]>) {
  const keys = Object.keys(entries);
  return createTranslator(keys.map(fingerprint), Object.values(entries), { tag, plural });
}
