/**
 * Which language to begin with, and where a choice made before signing in is kept.
 * In order: the choice in the cookie, the page as the server negotiated it, the
 * browser's own wishes. The account's language outranks them all; it arrives with
 * the session.
 */
import { negotiate } from "./negotiate";
import { offered } from "./offer";

const COOKIE = "sleutelkast_language";
const A_YEAR = 365 * 24 * 3600;
const SOURCE = "en";

/** What the decision rests on; the document and the browser in the app, plain values in tests. */
export interface Wishes {
  readonly chosen: string | null;
  readonly page: string;
  readonly browser: readonly string[];
}

/** The tag to begin with. A page in the source language may be one that nobody negotiated. */
export function firstLocale(wishes: Wishes, available: readonly string[] = tags(wishes.page)): string {
  const page = wishes.page === SOURCE ? [] : [wishes.page];
  const chosen = wishes.chosen === null ? [] : [wishes.chosen];
  return negotiate([...chosen, ...page, ...wishes.browser], available) ?? SOURCE;
}

/** What this browser and this page wish. */
export function presentWishes(): Wishes {
  return { chosen: chosenLocale(), page: document.documentElement.lang, browser: navigator.languages };
}

/** The language chosen on this device, if one was. */
export function chosenLocale(): string | null {
  const entry = document.cookie.split("; ").find((cookie) => cookie.startsWith(`${COOKIE}=`));
  const tag = entry?.slice(COOKIE.length + 1);
  return tag !== undefined && tags().includes(tag) ? tag : null;
}

/** Keeps a choice on this device for a year, for the server's first answer as well. */
export function rememberChoice(tag: string): void {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  document.cookie = `${COOKIE}=${tag}; Path=/; Max-Age=${A_YEAR}; SameSite=Lax${secure}`;
}

function tags(page?: string): string[] {
  return offered(page).map((language) => language.tag);
}
