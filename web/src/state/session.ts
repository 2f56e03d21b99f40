/**
 * Who is signed in, in this tab and in its neighbours.
 *
 * A session that ends by itself is an interruption: the page stays as it is, with
 * what was typed, under a dialog that asks the same person to sign in again.
 * Signing out is an end: the page goes, in every tab.
 */
import { batch, computed, effect, signal } from "@preact/signals";
import {
  api,
  bonds,
  isProblem,
  type CredentialJson,
  type PasskeyOptions,
  type Person,
  type Session,
  type SupportContact,
} from "../api";
import { outcome } from "./outcome";

/** What the portal said of the session; null until it first did. */
export const session = signal<Session | null>(null);

/** Who is signed in. */
export const person = computed<Person | null>(() => session.value?.person ?? null);

/** Who was signed in when the session ended by itself, and is to sign in again. */
export const interrupted = signal<Person | null>(null);

/** Whose page it is: still that of a person whose session was interrupted. */
export const pageOwner = computed<Person | null>(() => person.value ?? interrupted.value);

const NO_CONTACT: SupportContact = { name: null, email: null, phone: null, url: null, hours: null };

/** The organization's support contact, of which each part may be absent. */
export const support = computed<SupportContact>(() => session.value?.support ?? NO_CONTACT);

/** Runs `forget` whenever nobody is signed in any more and nobody is expected back. */
export function onceOver(forget: () => void): void {
  effect(() => {
    if (pageOwner.value === null) forget();
  });
}

type Neighbourly = "signed-in" | "signed-out";
const neighbours = new BroadcastChannel("sleutelkast-session");
let waiting: ((signedInAgain: boolean) => void)[] = [];
let changes = 0;

bonds.csrf = () => session.peek()?.csrf ?? "";
bonds.renewCsrf = renewCsrf;
bonds.signInAgain = signInAgain;

neighbours.onmessage = ({ data }: MessageEvent<Neighbourly>) => {
  if (data === "signed-out") end();
  void refreshSession().catch(() => undefined); // unreachable: the banner says so
};

/** Asks the portal who is signed in, and once more where an account was changed meanwhile: what came may be of before. */
export async function refreshSession(): Promise<void> {
  const before = changes;
  const answer = await api.session({ background: true });
  if (before !== changes) return refreshSession();
  take(answer);
}

/** Something of the account was changed: answers that are on their way may not know it. */
export function accountChanged(): void {
  changes += 1;
}

export async function signIn(username: string, password: string): Promise<void> {
  take(await api.signIn(username, password));
  tellNeighbours("signed-in");
}

/** `use` has the browser use a passkey. */
export async function signInWithPasskey(use: (options: PasskeyOptions) => Promise<CredentialJson>): Promise<void> {
  take(await api.signInWithPasskey(await use(await api.signInOptions())));
  tellNeighbours("signed-in");
}

/**
 * Ends this session, or all sessions of the person, and with it every tab's. Where the work
 * account's provider has a session as well, this tab goes there, and the answer is true.
 */
export async function signOut(everywhere = false): Promise<boolean> {
  const address = await ended(everywhere);
  end();
  tellNeighbours("signed-out");
  if (address !== null) location.assign(address);
  else await refreshSession();
  return address !== null;
}

async function ended(everywhere: boolean): Promise<string | null> {
  try {
    return await api.signOut(everywhere);
  } catch (error) {
    if (!isProblem(error, "sign-in-required")) throw error;
    return null; // it has ended already
  }
}

/** Tells the other tabs that somebody signed in here, on the way by a provider. */
export function tellOfSignIn(): void {
  tellNeighbours("signed-in");
}

/** Leaves the interrupted page for good, for somebody who won't sign in again. */
export function giveUp(): void {
  end();
}

async function signInAgain(): Promise<boolean> {
  // Signing in again gives the session another cookie: what went out with the one before, at that moment, is asked anew.
  const before = pageOwner.peek()?.id;
  const isTold = await refreshSession().then(
    () => true,
    () => false, // unreachable: the banner says so
  );
  const now = person.peek()?.id;
  if (isTold && now !== undefined) return now === before;
  interrupt();
  if (interrupted.peek() === null) return false;
  return new Promise((resolve) => waiting.push(resolve));
}

async function renewCsrf(): Promise<boolean> {
  const before = person.peek()?.id;
  await refreshSession();
  return person.peek()?.id === before;
}

function take(next: Session): void {
  if (next.person === null) interrupt();
  const before = interrupted.peek();
  batch(() => {
    session.value = next;
    if (next.person !== null) interrupted.value = null;
  });
  if (next.person !== null) settle(before?.id === next.person.id);
}

function interrupt(): void {
  const present = person.peek();
  if (present === null) return;
  batch(() => {
    interrupted.value = present;
    forgetPerson();
  });
}

function end(): void {
  batch(() => {
    interrupted.value = null;
    outcome.value = null;
    forgetPerson();
  });
  settle(false);
}

function forgetPerson(): void {
  const present = session.peek();
  if (present !== null) session.value = { ...present, person: null };
}

function settle(signedInAgain: boolean): void {
  const resolvers = waiting;
  waiting = [];
  for (const resolve of resolvers) resolve(signedInAgain);
}

function tellNeighbours(what: Neighbourly): void {
  neighbours.postMessage(what);
}
