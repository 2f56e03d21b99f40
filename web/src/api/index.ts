/** The client as the app uses it. The session (src/state/session.ts) fills in what it knows. */
import { locale } from "../i18n";
import { createClient, type Surroundings } from "./client";

export type { CallOptions } from "./client";
export { ApiProblem, isAbort, isProblem, Unreachable } from "./problem";
export type * from "./types";

type Bonds = Pick<Surroundings, "csrf" | "renewCsrf" | "signInAgain" | "reached">;

/** What the session tells the client; set once, when the session's module is loaded. */
export const bonds: { -readonly [Name in keyof Bonds]: Bonds[Name] } = {
  csrf: () => "",
  renewCsrf: () => Promise.resolve(false),
  signInAgain: () => Promise.resolve(false),
  reached: () => undefined,
};

export const api = createClient({
  fetch: (input, init) => fetch(input, init),
  language: () => locale.peek(),
  csrf: () => bonds.csrf(),
  renewCsrf: () => bonds.renewCsrf(),
  signInAgain: () => bonds.signInAgain(),
  reached: (reached) => bonds.reached(reached),
});
