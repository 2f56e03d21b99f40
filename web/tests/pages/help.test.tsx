/** The guide: its chapters and anchors, and pictures of the language that is read. */
import { existsSync, readdirSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { act } from "preact/test-utils";
import { languages, locale } from "../../src/i18n";
import { HelpPage } from "../../src/pages/help";
import { CONTENTS } from "../../src/pages/help/contents";
import { pictureOf, type Shot } from "../../src/pages/help/picture";
import list from "../../src/pages/help/pictures/pictures.json";
import { open } from "../support/page";
import { exists, find, press } from "../support/render";

const FOLDER = "src/pages/help/pictures";
const PICTURED = Object.keys(list);
const SHOTS: readonly Shot[] = ["devices", "store", "enter", "save", "working", "updated", "key"];

describe("the pictures", () => {
  test.each(PICTURED)("of %s are there for every step, in both themes, and its own", (tag) => {
    for (const shot of SHOTS) {
      const picture = pictureOf(tag, shot);
      expect(picture?.light).toContain(`/pictures/${tag}/${shot}-light.webp`);
      expect(picture?.dark).toContain(`/pictures/${tag}/${shot}-dark.webp`);
      expect(picture?.width).toBeGreaterThan(0);
      expect(picture?.height).toBeGreaterThan(0);
    }
  });

  test("are of languages that people are offered, and all files are used", () => {
    const offered = languages.map(({ tag }) => tag);
    expect(PICTURED.filter((tag) => !offered.includes(tag))).toEqual([]);
    expect(readdirSync(FOLDER).filter((name) => existsSync(`${FOLDER}/${name}/`)).sort()).toEqual([...PICTURED].sort());
    for (const tag of PICTURED) expect(readdirSync(`${FOLDER}/${tag}`)).toHaveLength(2 * SHOTS.length);
  });

  test("are not there in a language without any, and nothing stands in their place", async () => {
    expect(pictureOf("tlh", "key")).toBeNull();
    act(() => void (locale.value = "tlh"));
    await open("/help", <HelpPage />);
    expect(exists("picture, img")).toBe(false);
    expect(document.querySelectorAll("#steps .help-steps > li")).toHaveLength(5);
  });

  test("follow the language, keep their place before they come, and are dark for who likes it dark", async () => {
    act(() => void (locale.value = "nl"));
    await open("/help", <HelpPage />);
    expect(shown()).toEqual(SHOTS.map((shot) => pictureOf("nl", shot)?.light));
    for (const image of document.querySelectorAll("img")) {
      expect(Number(image.getAttribute("width"))).toBeGreaterThan(0);
      expect(Number(image.getAttribute("height"))).toBeGreaterThan(0);
      expect(image.getAttribute("loading")).toBe("lazy");
      expect(image.getAttribute("alt")).toBe("");
      const dark = image.parentElement?.querySelector("source");
      expect(dark?.getAttribute("media")).toBe("screen and (prefers-color-scheme: dark)");
      expect(dark?.getAttribute("srcset")).toBe(image.getAttribute("src")?.replace("-light", "-dark"));
    }
    await act(() => void (locale.value = "ar"));
    expect(shown()).toEqual(SHOTS.map((shot) => pictureOf("ar", shot)?.light));
  });
});

describe("the contents", () => {
  test("lead to every chapter in its order", async () => {
    await open("/help", <HelpPage />);
    const links = [...document.querySelectorAll(".help-contents a")].map((link) => link.getAttribute("href"));
    expect(links).toEqual(CONTENTS.map(({ id }) => `#${id}`));
    for (const { id, title } of CONTENTS) expect(find(`#${id} h2`).textContent).toBe(title());
  });

  test.each(["contact", "key-not-accepted"])("an address with a place leads there, and reading goes on there: %s", async (place) => {
    const scroll = vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(() => undefined);
    await open(`/help#${place}`, <HelpPage />);
    expect(scroll.mock.contexts).toEqual([find(`#${place}`)]);
    expect(document.activeElement).toBe(find(`#${place}`));
  });

  test("so does a link elsewhere on the page, as a toast has it", async () => {
    const scroll = vi.spyOn(Element.prototype, "scrollIntoView").mockImplementation(() => undefined);
    await open("/help", [<a href="/help#contact">Contact support</a>, <HelpPage />]);
    expect(scroll).not.toHaveBeenCalled();
    await press("a", "Contact support");
    expect(scroll.mock.contexts).toEqual([find("#contact")]);
  });

  test("an address with no such place is the beginning", async () => {
    await open("/help#nowhere", <HelpPage />);
    expect(document.activeElement).not.toBe(find("#why"));
  });
});

function shown(): (string | null)[] {
  return [...document.querySelectorAll("img")].map((image) => image.getAttribute("src"));
}

beforeEach(() => act(() => void (locale.value = "en")));
afterEach(() => act(() => void (locale.value = "en")));
