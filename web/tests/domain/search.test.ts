import { describe, expect, test } from "vitest";
import { pieces } from "../../src/domain/search";

describe("a search marks what it has found", () => {
  test.each([
    ["a whole word", "Noor Vermeer", "vermeer", "Noor [Vermeer]"],
    ["the beginning of a word", "Noor Vermeer", "ver", "Noor [Ver]meer"],
    ["each word that was asked for", "Noor Vermeer", "VERM no", "[No]or [Verm]eer"],
    ["the longest of what is asked", "Vermeer", "v verm", "[Verm]eer"],
    ["accents or none", "Zoë Müller", "zoe mull", "[Zoë] [Müll]er"],
    ["an accent that is a sign of its own", "Zoe\u0308s", "zoe", "[Zoe\u0308]s"],
    ["ß as people type it", "Weißer", "weiss", "[Weiß]er"],
    ["the beginning of a serial", "C02ZK1QXMD6T", "c02z", "[C02Z]K1QXMD6T"],
    ["within a script without blanks", "田中太郎", "太", "田中[太]郎"],
    ["Arabic", "نور فان", "نو", "[نو]ر فان"],
    ["not the middle of a word", "Noor Vermeer", "meer", "Noor Vermeer"],
    ["nothing where nothing is asked", "Noor Vermeer", " . ", "Noor Vermeer"],
    ["nothing in nothing", "", "noor", ""],
  ])("%s", (_case, text, question, marked) => {
    const shown = pieces(text, question).map((piece) => (piece.found ? `[${piece.text}]` : piece.text));
    expect(shown.join("")).toBe(marked);
  });
});
