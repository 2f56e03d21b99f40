/** The person's language: put in force, kept on this device, and with the account. */
import { effect } from "@preact/signals";
import { api } from "../api";
import { chosenLocale, locale, rememberChoice, setLocale } from "../i18n";
import { reachable } from "./reach";
import { accountChanged, person } from "./session";

/** What was chosen and who chose it, until their account has it: so long, what the account says is of before the choice. */
let unkept: { readonly tag: string; readonly by: string } | null = null;

/** The account is told of one choice at a time: of two on their way at once, the earlier may arrive last. */
let telling: Promise<void> = Promise.resolve();

/** A choice from the menu. The page's language changes at once, the rest may fail quietly and is made good at the next sign-in. */
export async function chooseLanguage(tag: string): Promise<void> {
  rememberChoice(tag);
  const by = person.peek()?.id;
  unkept = by === undefined ? null : { tag, by };
  await putInForce(tag);
  if (by !== undefined) await keepWithAccount(tag);
}

/** Follows the account: its language outranks the device's, and a choice made before signing in is kept with it. */
export function followAccount(): void {
  effect(() => {
    const signedIn = person.value;
    if (signedIn === null || unkept?.by === signedIn.id) return;
    const chosen = chosenLocale();
    if (signedIn.locale !== null) void putInForce(signedIn.locale);
    else if (chosen !== null) void keepWithAccount(chosen);
  });
}

async function putInForce(tag: string): Promise<void> {
  if (tag === locale.peek()) return;
  try {
    await setLocale(tag);
  } catch {
    reachable.value = false; // the banner offers to try again
  }
}

function keepWithAccount(tag: string): Promise<void> {
  telling = telling.then(() => tellAccount(tag));
  return telling;
}

async function tellAccount(tag: string): Promise<void> {
  // Chosen anew meanwhile: the account is told of that next.
  if (unkept !== null && unkept.tag !== tag) return;
  try {
    await api.chooseLocale(tag);
    accountChanged();
    if (unkept?.tag === tag) unkept = null;
  } catch {
    // The cookie holds it until next time.
  }
}
