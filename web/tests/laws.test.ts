/** Laws over the whole tree: what the security policy, the languages and the layers forbid. */
import { globSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Source {
  readonly path: string;
  readonly text: string;
}

const CODE = read("src/**/*.{ts,tsx}").filter(({ path }) => !path.includes("/generated/"));
const STYLES = read("src/**/*.css");

/** From the lowest to the highest: each imports from itself and those before it. */
const LAYERS = ["domain", "i18n", "api", "state", "components", "pages"];

const MARKUP_FROM_STRINGS = /innerHTML|outerHTML|insertAdjacentHTML|document\.write|\sstyle=["`]/;
const STORAGE = /localStorage|sessionStorage|indexedDB/;
const PHYSICAL =
  /(?:^|[\s;{])(?:left|right|top|bottom|width|height|float|(?:min|max)-(?:width|height)|(?:margin|padding|border|inset)-(?:left|right|top|bottom))\s*:|text-align:\s*(?:left|right)/;
const FETCHING = /url\(|@import/;

test("there is something to look at", () => {
  expect(CODE.length).toBeGreaterThan(20);
  expect(STYLES.length).toBeGreaterThan(10);
});

test("no code makes markup from strings or sets a style attribute", () => {
  expect(offenders(CODE, MARKUP_FROM_STRINGS)).toEqual([]);
});

test("no code keeps anything in the browser's storage", () => {
  expect(offenders(CODE, STORAGE)).toEqual([]);
});

test("only the client and the catalogs' loader call fetch", () => {
  expect(offenders(CODE, /\bfetch\(/).sort()).toEqual(["src/api/client.ts", "src/api/index.ts", "src/i18n/locale.ts"]);
});

test("every layer imports only from itself and from those below", () => {
  const upward = CODE.flatMap(({ path, text }) => {
    const layer = layerOf(path);
    return layer === -1 ? [] : imports(path, text).filter((target) => layerOf(target) > layer);
  });
  expect(upward).toEqual([]);
});

test("styles speak of start and end, not of left and right", () => {
  const declarations = STYLES.map(({ path, text }) => ({ path, text: text.replace(/@media[^{]*/g, "") }));
  expect(offenders(declarations, PHYSICAL)).toEqual([]);
});

test("styles fetch nothing", () => {
  expect(offenders(STYLES, FETCHING)).toEqual([]);
});

function read(pattern: string): Source[] {
  return globSync(pattern).map((path) => ({ path: path.replaceAll("\\", "/"), text: readFileSync(path, "utf8") }));
}

function offenders(sources: readonly Source[], forbidden: RegExp): string[] {
  return sources.filter(({ text }) => forbidden.test(text)).map(({ path }) => path);
}

function imports(path: string, text: string): string[] {
  const targets = [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, target]) => target ?? "");
  return targets.map((target) => new URL(target, `file:///${path}`).pathname.slice(1));
}

/** The place of a file's layer; -1 for the app itself, which stands above all. */
function layerOf(path: string): number {
  return LAYERS.indexOf(path.split("/")[1] ?? "");
}
