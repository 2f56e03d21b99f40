import { readFileSync } from "node:fs";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { chosenLocale, direction, locale, rememberChoice, setLocale } from "../../src/i18n";

/** On the sign-in page, and in the guide alone. */
const [FIRST, LATER] = ["Sign in", "Why store a recovery key?"];

test("a language is put in force with its catalog, its direction and the document's attributes", async () => {
  await setLocale("ar");
  expect(locale.value).toBe("ar");
  expect(direction.value).toBe("rtl");
  expect(document.documentElement.lang).toBe("ar");
  expect(document.documentElement.dir).toBe("rtl");
});

test("an app that is installed from now on is called as that language calls it", async () => {
  document.head.innerHTML = '<link rel="manifest" href="/manifest.en.webmanifest" />';
  await setLocale("zh-Hant");
  expect(document.querySelector("link")?.getAttribute("href")).toBe("/manifest.zh-Hant.webmanifest");
});

test("the source language needs no catalog", async () => {
  await setLocale("en");
  expect(locale.value).toBe("en");
  expect(fetch).not.toHaveBeenCalled();
});

test("a catalog is loaded once: whoever comes back to a language waits for nothing", async () => {
  await setLocale("fr");
  await setLocale("es");
  await setLocale("fr");
  expect(locale.value).toBe("fr");
  expect(vi.mocked(fetch).mock.calls.map(([address]) => address)).toEqual([
    expect.stringContaining("/fr.first.json"),
    expect.stringContaining("/es.first.json"),
  ]);
});

test("a pseudo-language is there only where the server answered in one", async () => {
  await setLocale("ar-XB");
  expect(locale.value).toBe("en");
  document.documentElement.lang = "en-XA";
  await setLocale("ar-XB");
  expect([locale.value, document.documentElement.dir]).toEqual(["ar-XB", "rtl"]);
});

test("a language that is not there changes nothing", async () => {
  await setLocale("xx");
  expect(locale.value).toBe("en");
});

test("a catalog that does not arrive leaves the present language", async () => {
  vi.mocked(fetch).mockResolvedValueOnce(new Response("", { status: 503 }));
  await expect(setLocale("nl")).rejects.toThrow("catalog nl: 503");
  expect(locale.value).toBe("en");
});

test("of two choices in a row the later wins, whichever arrives first", async () => {
  let arrive: (catalog: Response) => void = () => undefined;
  vi.mocked(fetch).mockReturnValueOnce(new Promise((resolve) => (arrive = resolve)));
  const slow = setLocale("nl");
  await setLocale("de");
  arrive(new Response("[]"));
  await slow;
  expect(locale.value).toBe("de");
});

test("the words of pages that the app does not begin with come when one of them is opened, and stay", async () => {
  const { loadLaterTexts, setLocale, t } = await afresh();
  await setLocale("nl");
  expect(t(LATER)).toBe(LATER);
  expect(asked()).toEqual(["nl.first.json"]);
  await loadLaterTexts();
  expect(t(LATER)).not.toBe(LATER);
  await setLocale("de");
  expect(asked().slice(-2)).toEqual(["de.first.json", "de.later.json"]);
  expect(t(FIRST)).not.toBe(FIRST);
  expect(t(LATER)).not.toBe(LATER);
});

test("a language that is on its way when such a page is opened comes with its words", async () => {
  const { loadLaterTexts, locale, setLocale, t } = await afresh();
  const chosen = setLocale("nl");
  await loadLaterTexts();
  await chosen;
  expect(locale.value).toBe("nl");
  expect(t(LATER)).not.toBe(LATER);
});

test("words of such a page that do not arrive are not taken for the whole", async () => {
  const { loadLaterTexts, setLocale, t } = await afresh();
  await setLocale("nl");
  vi.mocked(fetch).mockRejectedValueOnce(new TypeError("offline"));
  await expect(loadLaterTexts()).rejects.toThrow("offline");
  expect(t(FIRST)).not.toBe(FIRST);
  await loadLaterTexts();
  expect(t(LATER)).not.toBe(LATER);
});

test("a choice is remembered on this device, if it is a language that is there", () => {
  expect(chosenLocale()).toBeNull();
  rememberChoice("nl");
  expect(chosenLocale()).toBe("nl");
  rememberChoice("xx");
  expect(chosenLocale()).toBeNull();
});

beforeEach(() => {
  vi.stubGlobal("fetch", vi.fn(catalogFromDisk));
});

afterEach(async () => {
  await setLocale("en");
  document.cookie = "sleutelkast_language=; Max-Age=0; Path=/";
});

/** As the app begins: no page was opened yet. */
function afresh(): Promise<typeof import("../../src/i18n")> {
  vi.resetModules();
  return import("../../src/i18n");
}

/** The catalogs that were fetched, without what the build adds to their names. */
function asked(): string[] {
  return vi.mocked(fetch).mock.calls.map(([address]) => String(address).split("/").at(-1) ?? "");
}

/** The files that the build would serve. */
function catalogFromDisk(address: string): Promise<Response> {
  return Promise.resolve(new Response(readFileSync(`.${address}`, "utf8")));
}
