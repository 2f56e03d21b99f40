/** The frame with its pages, against a portal behind `fetch`. */
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { App } from "../src/app";
import { setLocale } from "../src/i18n";
import { giveUp, loadNotices, refreshSession, session, takeOutcome } from "../src/state";
import { type Answers, deposit, device, ESCROWED, list, type Portal, portal, problem, SESSION } from "./support/portal";
import { arrived } from "./support/page";
import { exists, find, press, show, type, words } from "./support/render";

const SIGNED_OUT = { ...SESSION, person: null, organization: "Havenlicht" };
const SIGNED_IN = { ...SESSION, organization: "Havenlicht" };
const NOTICE = { id: "n1", code: "device-not-updated", device: { id: "m1", name: "iMac" }, created_at: "2026-11-23T09:00:00Z" };

describe("signing in", () => {
  test("stands in for the page that was asked for, and leads to it", async () => {
    await opened("/help/nowhere", { "GET /session": { json: SIGNED_OUT }, "POST /session": { json: SIGNED_IN } });
    expect(words(find("h1"))).toBe("Sign in");
    expect(document.title).toBe("Sign in · Sleutelkast");
    await signIn();
    expect(words(find("h1"))).toBe("There is nothing here");
    expect(location.pathname).toBe("/help/nowhere");
  });

  test("that is refused says why and leads back to the password", async () => {
    await opened("/devices", { "GET /session": { json: SIGNED_OUT }, "POST /session": problem(401, "sign-in-failed") });
    await signIn();
    expect(words(find("form [role=alert]"))).toContain("do not belong together");
    expect(document.activeElement).toBe(find("[name=password]"));
    expect(find<HTMLInputElement>("[name=username]").value).toBe("noor");
  });

  test("offers the work account first and the local one as words", async () => {
    const ways = { password: true, oidc: [{ id: "w", name: "Havenlicht", url: "/oidc" }] };
    await opened("/", { "GET /session": { json: { ...SIGNED_OUT, sign_in: ways } } });
    expect(words(find("a.button-primary"))).toBe("Sign in with Havenlicht");
    expect(find("a.button-primary").getAttribute("href")).toBe("/oidc?next=%2F");
    expect(exists("[name=password]")).toBe(false);
    await press("button.button-ghost");
    expect(exists("[name=password]")).toBe(true);
    expect(words(find(".sign-in-words a.button-quiet"))).toBe("Sign in with Havenlicht");
  });

  test("has one filled button, and a work account without a name is called that", async () => {
    const oidc = [{ id: "w", name: null, url: "/oidc" }, { id: "s", name: "School", url: "/school" }];
    await opened("/", { "GET /session": { json: { ...SIGNED_OUT, sign_in: { password: false, oidc } } } });
    expect([...document.querySelectorAll(".sign-in a.button-wide")].map((one) => [words(one), one.className])).toEqual([
      ["Sign in with your work account", "button button-primary button-wide"],
      ["Sign in with School", "button button-quiet button-wide"],
    ]);
    expect(exists(".sign-in button.button-ghost")).toBe(false);
  });

  test("tells once what became of the way to a work account, and takes it out of the address", async () => {
    history.replaceState(null, "", "/audit?outcome=denied&sign_in=cancelled#x");
    takeOutcome();
    expect(location.href).toMatch(/\/audit\?outcome=denied#x$/);
    await opened(location.pathname, { "GET /session": { json: SIGNED_OUT } });
    expect(words(find(".sign-in [role=alert]"))).toBe(
      "You did not finish signing in with your work account. Nothing has changed.",
    );
  });

  test.each(["__proto__", "constructor", "nobody-foresaw-this", "<b>"])("tells of a code that is not known in general: %s", async (code) => {
    history.replaceState(null, "", `/?sign_in=${encodeURIComponent(code)}`);
    takeOutcome();
    await opened("/", { "GET /session": { json: SIGNED_OUT } });
    expect(words(find(".sign-in [role=alert]"))).toBe("Signing in did not work. Try again in a moment.");
  });

  test("is not needed for the guide", async () => {
    await opened("/help", { "GET /session": { json: SIGNED_OUT } });
    expect(words(find("h1"))).toBe("Help");
  });
});

describe("the devices", () => {
  test("are in two groups, the most urgent first, each with its state in a word", async () => {
    await opened("/devices", {
      "GET /session": { json: SIGNED_IN },
      "GET /devices": list([
        device({ id: "1", name: "Kept", escrowed: ESCROWED }),
        device({ id: "2", name: "Refused", deposit: deposit({ state: "refused" }) }),
        device({ id: "3", name: "Under way", deposit: deposit({ state: "sent" }) }),
        device({ id: "4", name: "None", last_check_in: null, model: null }),
      ]),
    });
    const groups = [...document.querySelectorAll("main section")].map((group) => [...group.querySelectorAll(".device-row")].map(words));
    expect(groups).toEqual([
      [expect.stringMatching(/^Refused.*Not stored/), expect.stringMatching(/^None.*personal.*No key yet.*Has not checked in yet/)],
      [expect.stringMatching(/^Under way.*Working on it/), expect.stringMatching(/^Kept.*Key kept/)],
    ]);
  });

  test("that nobody has are explained", async () => {
    await opened("/", { "GET /session": { json: SIGNED_IN }, "GET /devices": list([]) });
    expect(words(find(".empty"))).toContain("No Mac is listed under your name yet. Ask Servicedesk");
  });

  test("that could not be fetched can be asked for again", async () => {
    const { answers } = await opened("/devices", { "GET /session": { json: SIGNED_IN }, "GET /devices": "unreachable" });
    expect(words(find("h1"))).toBe("We can't reach the portal");
    answers["GET /devices"] = list([device()]);
    await press("main button", "Try again");
    await vi.waitFor(() => expect(exists(".device-row")).toBe(true));
  });
});

describe("the main menu", () => {
  const DAAN = { id: "p2", username: "daan", name: "Daan Vermeer" };
  const SUPPORT = { ...SIGNED_IN, person: { ...SESSION.person, roles: ["support"] } };

  test.each([
    { id: "one's own Mac", given: device(), path: "/devices/m1", marked: "Devices" },
    { id: "somebody else's Mac", given: device({ owner: DAAN, actions: [] }), path: "/devices/m1", marked: "Support desk" },
    { id: "its key", given: device({ owner: DAAN, actions: [] }), path: "/devices/m1/key", marked: "Support desk" },
    { id: "nobody's Mac", given: device({ owner: null, actions: [] }), path: "/devices/m1", marked: "Support desk" },
  ])("marks where one is: $id", async ({ given, path, marked }) => {
    await opened(path, { "GET /session": { json: SUPPORT }, "GET /devices/m1": { json: given } });
    await vi.waitFor(() => expect(words(find(".site-nav [aria-current=true]"))).toBe(marked));
    expect(document.querySelectorAll(".site-nav [aria-current]")).toHaveLength(1);
  });

  test("marks a Mac of one's own as such after one of somebody else", async () => {
    const others = device({ id: "m10", owner: DAAN, actions: [] });
    await opened("/devices/m10", { "GET /session": { json: SUPPORT }, "GET /devices/m10": { json: others }, "GET /devices/m1": { json: device() } });
    await vi.waitFor(() => expect(words(find(".site-nav [aria-current=true]"))).toBe("Support desk"));
    await act(() => find(".site-nav a", "Devices").click());
    history.replaceState(null, "", "/devices/m1");
    await act(() => void dispatchEvent(new PopStateEvent("popstate")));
    await vi.waitFor(() => expect(words(find(".site-nav [aria-current=true]"))).toBe("Devices"));
  });
});

describe("a toast", () => {
  test("names the device, leads to it, and is an alert", async () => {
    await opened("/help", { "GET /session": { json: SIGNED_IN }, "GET /notices": list([NOTICE]) });
    await act(async () => void (await loadNotices()));
    expect(words(find(".message [role=alert]"))).toBe("The recovery key of iMac could not be stored.");
    expect(find(".message a").getAttribute("href")).toBe("/devices/m1");
  });

  test("goes for good when it is closed, and the focus goes back to where it was", async () => {
    const { of } = await opened("/help", {
      "GET /session": { json: SIGNED_IN },
      "GET /notices": list([NOTICE]),
      "DELETE /notices/n1": { status: 204 },
    });
    await act(async () => void (await loadNotices()));
    const before = find("a", "Contact");
    before.focus();
    find(".message button").focus();
    await press(".message button");
    expect(exists(".message")).toBe(false);
    expect(of("DELETE /notices/n1")).toHaveLength(1);
    expect(document.activeElement).toBe(before);
  });
});

describe("a session that ends", () => {
  test("leaves the page where it is, under a dialog for the same person", async () => {
    const { answers } = await opened("/help", { "GET /session": { json: SIGNED_IN } });
    const page = find("h1");
    answers["GET /session"] = { json: SIGNED_OUT };
    await act(refreshSession);
    expect(find<HTMLInputElement>("dialog [name=username]").value).toBe("noor");
    expect(find<HTMLInputElement>("dialog [name=username]").readOnly).toBe(true);
    expect(find("main h1")).toBe(page);

    answers["POST /session"] = { json: SIGNED_IN };
    await signIn("dialog ");
    expect(exists("dialog")).toBe(false);
    expect(find("main h1")).toBe(page);
  });

  test("can be left, and then nothing of the page stays", async () => {
    const { answers } = await opened("/devices", { "GET /session": { json: SIGNED_IN }, "GET /devices": list([device()]) });
    answers["GET /session"] = { json: SIGNED_OUT };
    await act(refreshSession);
    await press("dialog button", "Leave this page");
    expect(exists(".device-row")).toBe(false);
    expect(words(find("h1"))).toBe("Sign in");
  });
});

describe("a portal that can't be reached", () => {
  test("at the start is told in place of the page", async () => {
    await opened("/devices", { "GET /session": "unreachable" });
    expect(words(find("h1"))).toBe("We can't reach the portal");
    expect(exists(".message")).toBe(false);
  });

  test("later is told above the page, which stays", async () => {
    const { answers } = await opened("/help", { "GET /session": { json: SIGNED_IN } });
    answers["GET /notices"] = "unreachable";
    await act(async () => void (await loadNotices()));
    expect(words(find(".message [role=alert]"))).toContain("What you typed is still here");
    answers["GET /notices"] = list([]);
    await press(".message button", "Try again");
    await vi.waitFor(() => expect(exists(".message")).toBe(false));
  });
});

test("a language is chosen from the menu, kept on the device and with the account", async () => {
  const { of } = await opened("/help", { "GET /session": { json: SIGNED_IN }, "PATCH /session": { json: SIGNED_IN } });
  await press(".language-button");
  await type(find<HTMLInputElement>("dialog input"), "engl");
  expect([...document.querySelectorAll("dialog li")].map(words)).toEqual(["English"]);
  await press("dialog li button");
  await vi.waitFor(() => expect(of("PATCH /session")).toMatchObject([{ body: { locale: "en" } }]));
  expect(document.cookie).toContain("sleutelkast_language=en");
  expect(exists("dialog")).toBe(false);
});

test("an address that can't be read leads nowhere, and not to a blank page", async () => {
  await opened("/devices/%E0%A4%A", { "GET /session": { json: SIGNED_IN } });
  expect(words(find("h1"))).toBe("There is nothing here");
});

beforeEach(() => setLocale("en"));

afterEach(() => {
  act(() => {
    giveUp();
    session.value = null;
  });
});

async function opened(path: string, answers: Answers): Promise<Portal> {
  history.replaceState(null, "", path);
  const behind = portal({ "GET /notices": list([]), "GET /devices": list([]), ...answers });
  await show(<App />);
  await act(async () => void (await refreshSession().catch(() => undefined)));
  await arrived();
  await act(answered); // what the page asks for by itself
  return behind;
}

async function signIn(within = ""): Promise<void> {
  if (within === "") await type(find<HTMLInputElement>("[name=username]"), "noor");
  await type(find<HTMLInputElement>(`${within}[name=password]`), "good");
  await act(async () => {
    find<HTMLFormElement>(`${within}form`).requestSubmit();
    await answered();
  });
}

/** The portal behind `fetch` answers at once, so its answers are there in the next turn of the event loop. */
function answered(): Promise<void> {
  return new Promise((done) => setTimeout(done));
}
