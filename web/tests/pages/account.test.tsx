/** The person's own page. */
import { act } from "preact/test-utils";
import { describe, expect, test } from "vitest";
import { AccountPage } from "../../src/pages/account";
import { loadNotices } from "../../src/state";
import { open, settled } from "../support/page";
import { type Answers, list, type Portal, portal, problem, SESSION } from "../support/portal";
import { exists, find, press, type, words } from "../support/render";

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
    expect(words(find("[aria-labelledby=account-sessions] [role=status]"))).toBe("That session has ended.");
    expect(document.activeElement).toBe(find("#account-sessions"));
  });

  test("that have ended by themselves are ended all the same", async () => {
    await openPage({ "DELETE /sessions/s2": problem(404, "not-found") });
    await press("[data-session] button[aria-describedby=session-s2]");
    await settled();
    expect(words(find("[aria-labelledby=account-sessions] [role=status]"))).toBe("That session has ended.");
  });

  test("in other browsers are ended together", async () => {
    const standing = await openPage({ "DELETE /sessions": { status: 204 } });
    standing.answers["GET /sessions"] = list([SESSIONS[0]]);
    await press("button", "Sign out everywhere else");
    await settled();
    expect(standing.of("DELETE /sessions")).toHaveLength(1);
    expect(words(find("[aria-labelledby=account-sessions] [role=status]"))).toBe("You are signed in here alone.");
    expect(document.body.textContent).not.toContain("Sign out everywhere else");
  });

  test("stay where the portal is not reached, and it says so", async () => {
    await openPage({ "DELETE /sessions/s2": "unreachable" });
    await press("[data-session] button[aria-describedby=session-s2]");
    await settled();
    expect(sessions()).toHaveLength(3);
    expect(words(find("[aria-labelledby=account-sessions] [role=status]"))).toContain("Check your internet connection");
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

describe("the password", () => {
  test("is changed with the present one, and both fields are empty after that", async () => {
    const standing = await openPage({ "PUT /account/password": { status: 204 } });
    await type(find<HTMLInputElement>("[name=present]"), "zeilboot-haven-7");
    await type(find<HTMLInputElement>("[name=password]"), "zeven zilveren zeilen");
    await press("button", "Change password");
    await settled();
    expect(standing.of("PUT /account/password").map(({ body }) => body)).toEqual([
      { present: "zeilboot-haven-7", password: "zeven zilveren zeilen" },
    ]);
    expect(words(card("Password"))).toContain("Your password was changed");
    expect(find<HTMLInputElement>("[name=present]").value).toBe("");
  });

  test("stays typed where it is refused, with the reason beside it", async () => {
    await openPage({ "PUT /account/password": problem(422, "password-refused") });
    await type(find<HTMLInputElement>("[name=password]"), "kort");
    await press("button", "Change password");
    await settled();
    expect(words(card("Password"))).toContain("about password-refused");
    expect(find<HTMLInputElement>("[name=password]").value).toBe("kort");
    expect(document.activeElement).toBe(find("[name=password]"));
  });

  test("that is not the present one is said at its own field", async () => {
    await openPage({ "PUT /account/password": problem(401, "sign-in-failed") });
    await type(find<HTMLInputElement>("[name=present]"), "wrong");
    await press("button", "Change password");
    await settled();
    expect(words(card("Password"))).toContain("This is not your present password");
    expect(document.activeElement).toBe(find("[name=present]"));
  });

  test("can be seen while it is typed", async () => {
    await openPage();
    await press("[type=checkbox]");
    expect(find<HTMLInputElement>("[name=password]").type).toBe("text");
  });
});

describe("the passkeys", () => {
  test("are listed with when they were added and last used", async () => {
    await openPage();
    const rows = [...document.querySelectorAll("[data-passkey]")].map(words);
    expect(rows).toEqual([
      expect.stringMatching(/^iPhone ?Added .* · last used .* ?Rename ?Remove$/),
      expect.stringMatching(/^The blue one ?Added .* · not used yet/),
    ]);
  });

  test("are removed after a question, and only then", async () => {
    const standing = await openPage({ "DELETE /passkeys/k1": { status: 204 } });
    await press("[data-passkey=iPhone] button", "Remove");
    await press("dialog button", "Cancel");
    expect(standing.of("DELETE /passkeys/k1")).toHaveLength(0);
    await press("[data-passkey=iPhone] button", "Remove");
    await press("dialog button", "Remove the passkey");
    await settled();
    expect(standing.of("DELETE /passkeys/k1")).toHaveLength(1);
    expect(words(card("Passkeys"))).toContain("The passkey was removed");
  });

  test("need a fresh sign-in to be removed, and go on after it", async () => {
    const standing = await openPage({ "DELETE /passkeys/k1": problem(403, "sign-in-again") });
    await press("[data-passkey=iPhone] button", "Remove");
    await press("dialog button", "Remove the passkey");
    await settled();
    expect(words(find("dialog"))).toContain("Before your account is changed");
    standing.answers["POST /session/confirmation"] = { status: 200, json: {} };
    standing.answers["DELETE /passkeys/k1"] = { status: 204 };
    await press("dialog button[type=submit]");
    await settled();
    await settled();
    expect(words(card("Passkeys"))).toContain("The passkey was removed");
  });

  test("stay where the last one is not to be removed, and it says why", async () => {
    await openPage({ "DELETE /passkeys/k1": problem(409, "last-way") });
    await press("[data-passkey=iPhone] button", "Remove");
    await press("dialog button", "Remove the passkey");
    await settled();
    expect(words(card("Passkeys"))).toContain("about last-way");
  });
});

describe("who saw the keys", () => {
  test("is told with the reason, and where somebody was denied it", async () => {
    await openPage({ "GET /account/reveals": { json: { items: [SEEN, DENIED], next: "7-7" } }, "GET /account/reveals?after=7-7": list([OWN, GONE]) });
    const told = () => [...document.querySelectorAll("[data-seen]")].map(words);
    expect(told()).toEqual([
      expect.stringMatching(/^Sanne saw the key of iMac ?Locked out ?November 20/),
      expect.stringMatching(/^Bram wanted to see the key of iMac, and was not allowed to ?November 20/),
    ]);
    expect(find("[data-seen=done] a").getAttribute("href")).toBe("/devices/m1");
    await press("section button", "Show more");
    await settled();
    expect(told().slice(2)).toEqual([expect.stringMatching(/^You saw the key of iMac/), expect.stringMatching(/^Somebody saw the key of C02GONE/)]);
    expect(document.querySelectorAll("[data-seen] a")).toHaveLength(3);
  });

  test("says so where it was nobody", async () => {
    await openPage();
    expect(words(card("Who saw your keys"))).toContain("Nobody so far.");
  });
});

describe("the messages", () => {
  test("that nobody has closed are there, and are closed for good", async () => {
    const notice = { id: "n1", code: "key-revealed", by: "Sanne", device: { id: "m1", name: "iMac" }, created_at: "2026-11-20T09:00:00Z" };
    const standing = await openPage({ "GET /notices": list([notice]), "DELETE /notices/n1": { status: 204 } });
    await act(async () => void (await loadNotices()));
    expect(words(find("[data-notice=key-revealed]"))).toMatch(/^Sanne was shown the recovery key of iMac\. ?Go to this Mac ?November 20.* ?Close$/);
    await press("[data-notice] button", "Close");
    await settled();
    expect(standing.of("DELETE /notices/n1")).toHaveLength(1);
    expect(words(card("Your messages"))).toContain("There are no messages for you.");
    expect(document.activeElement).toBe(find("#account-notices"));
  });
});

const IMAC = { id: "m1", name: "iMac", serial: "C02IMAC" };
const SEEN = { id: "1", at: "2026-11-20T09:00:00Z", outcome: "done", by: "Sanne", by_you: false, device: IMAC, reason: "Locked out" };
const DENIED = { ...SEEN, id: "2", outcome: "denied", by: "Bram", reason: null };
const OWN = { ...SEEN, id: "3", by: "Noor Vermeer", by_you: true, reason: null };
const GONE = { ...SEEN, id: "4", by: null, device: { id: null, name: "C02GONE", serial: "C02GONE" }, reason: null };
const TIMES = { created_at: "2026-11-23T09:00:00Z", last_used_at: "2026-11-23T09:41:00Z" };
const SESSIONS = [
  { id: "s1", this: true, way: "password", browser: null, system: null, ...TIMES },
  { id: "s2", this: false, way: "passkey", browser: "Safari", system: "iPhone", ...TIMES },
  { id: "s3", this: false, way: "oidc", browser: null, system: "Windows", ...TIMES },
] as const;

const PASSKEYS = [
  { id: "k1", name: "iPhone", ...TIMES },
  { id: "k2", name: "The blue one", ...TIMES, last_used_at: null },
];

function sessions(): string[] {
  return [...document.querySelectorAll("[data-session]")].map(words);
}

async function openPage(answers: Answers = {}): Promise<Portal> {
  const known = { "GET /session": { json: SESSION }, "GET /sessions": list(SESSIONS), "GET /account/reveals": list([]), "GET /passkeys": list(PASSKEYS) };
  const standing = portal({ ...known, ...answers });
  await open("/account", <AccountPage />);
  return standing;
}

function card(title: string): HTMLElement {
  return find("h2", title).closest("section") as HTMLElement;
}
