/** The person's own page. */
import { describe, expect, test } from "vitest";
import { AccountPage } from "../../src/pages/account";
import { open, settled } from "../support/page";
import { type Answers, list, type Portal, portal, problem } from "../support/portal";
import { exists, find, press, words } from "../support/render";

describe("the page", () => {
  test("is named and says whose it is", async () => {
    await openPage();
    expect(words(find("h1"))).toBe("Your account");
    expect(words(find(".page-meta"))).toBe("Noor Vermeernoor");
    expect(document.title).toBe("Your account · Sleutelkast");
  });
});

describe("the language", () => {
  test("is told, and chosen from the list that the header has", async () => {
    await openPage();
    expect(words(card("Language"))).toContain("The portal speaks English to you");
    await press("section button", "Choose a language");
    expect(find("dialog").getAttribute("aria-label")).toBe("Choose a language");
    await press("dialog .icon-button");
    expect(exists("dialog")).toBe(false);
  });
});

describe("the sessions", () => {
  test("are told with browser, way and times, this one first", async () => {
    await openPage();
    expect(sessions()).toEqual([
      expect.stringMatching(/^A browser that we do not know · this browser ?Signed in with a password ?Since .* last used .* ?Sign out$/),
      expect.stringMatching(/^Safari on iPhone ?Signed in with a passkey ?Since .* last used .* ?Sign out there$/),
      expect.stringMatching(/^A browser on Windows ?Signed in with a work account/),
    ]);
  });

  test("are ended one by one, and what happened is said", async () => {
    const standing = await openPage({ "DELETE /sessions/s2": { status: 204 } });
    standing.answers["GET /sessions"] = list([SESSIONS[0], SESSIONS[2]]);
    await press("[data-session] button[aria-describedby=session-s2]");
    await settled();
    expect(standing.of("DELETE /sessions/s2")).toHaveLength(1);
    expect(sessions()).toHaveLength(2);
    expect(words(find("section [role=status]"))).toBe("That session has ended.");
    expect(document.activeElement).toBe(find("#account-sessions"));
  });

  test("that have ended by themselves are ended all the same", async () => {
    await openPage({ "DELETE /sessions/s2": problem(404, "not-found") });
    await press("[data-session] button[aria-describedby=session-s2]");
    await settled();
    expect(words(find("section [role=status]"))).toBe("That session has ended.");
  });

  test("in other browsers are ended together", async () => {
    const standing = await openPage({ "DELETE /sessions": { status: 204 } });
    standing.answers["GET /sessions"] = list([SESSIONS[0]]);
    await press("button", "Sign out everywhere else");
    await settled();
    expect(standing.of("DELETE /sessions")).toHaveLength(1);
    expect(words(find("section [role=status]"))).toBe("You are signed in here alone.");
    expect(document.body.textContent).not.toContain("Sign out everywhere else");
  });

  test("stay where the portal is not reached, and it says so", async () => {
    await openPage({ "DELETE /sessions/s2": "unreachable" });
    await press("[data-session] button[aria-describedby=session-s2]");
    await settled();
    expect(sessions()).toHaveLength(3);
    expect(words(find("section [role=status]"))).toContain("Check your internet connection");
  });

  test("that could not be fetched can be asked for again", async () => {
    const standing = await openPage({ "GET /sessions": "unreachable" });
    expect(words(card("Where you are signed in"))).toContain("This could not be fetched just now.");
    standing.answers["GET /sessions"] = list(SESSIONS);
    await press("button", "Try again");
    await settled();
    expect(sessions()).toHaveLength(3);
  });
});

const TIMES = { created_at: "2026-11-23T09:00:00Z", last_used_at: "2026-11-23T09:41:00Z" };
const SESSIONS = [
  { id: "s1", this: true, way: "password", browser: null, system: null, ...TIMES },
  { id: "s2", this: false, way: "passkey", browser: "Safari", system: "iPhone", ...TIMES },
  { id: "s3", this: false, way: "oidc", browser: null, system: "Windows", ...TIMES },
] as const;

function sessions(): string[] {
  return [...document.querySelectorAll("[data-session]")].map(words);
}

async function openPage(answers: Answers = {}): Promise<Portal> {
  const standing = portal({ "GET /sessions": list(SESSIONS), ...answers });
  await open("/account", <AccountPage />);
  return standing;
}

function card(title: string): HTMLElement {
  return find("h2", title).closest("section") as HTMLElement;
}
