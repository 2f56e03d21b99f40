import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { api, type Session } from "../../src/api";
import { devices, dismiss, giveUp, interrupted, loadDevices, loadNotices, notices, person, refreshSession, session, signIn, signOut } from "../../src/state";

const NOOR = { id: "p1", username: "noor", name: "Noor Vermeer", locale: null, roles: [], ways: ["password"] };
const DAAN = { ...NOOR, id: "p2", username: "daan", name: "Daan" };

describe("a session that ends by itself", () => {
  test("keeps the page for the same person, and goes on with what was asked once they are back", async () => {
    await signedIn();
    portal.person = null;
    const asked = api.device("1");
    await vi.waitFor(() => expect(interrupted.value?.username).toBe("noor"));
    expect(person.value).toBeNull();
    await signIn("noor", "good");
    expect(await asked).toMatchObject({ id: "1" });
    expect(interrupted.value).toBeNull();
  });

  test("gives up what was asked when somebody else signs in", async () => {
    await signedIn();
    portal.person = null;
    const asked = api.device("1").catch((error: unknown) => error);
    await vi.waitFor(() => expect(interrupted.value).not.toBeNull());
    await signIn("daan", "good");
    expect(await asked).toMatchObject({ code: "sign-in-required" });
    expect(person.value?.username).toBe("daan");
  });

  test("gives up what was asked when the person leaves the page", async () => {
    await signedIn();
    portal.person = null;
    const asked = api.device("1").catch((error: unknown) => error);
    await vi.waitFor(() => expect(interrupted.value).not.toBeNull());
    giveUp();
    expect(await asked).toMatchObject({ code: "sign-in-required" });
    expect(interrupted.value).toBeNull();
  });

  test("is noticed on the return to the tab as well", async () => {
    await signedIn();
    portal.person = null;
    await refreshSession();
    expect(interrupted.value?.username).toBe("noor");
  });

  test("is over at once when a neighbouring tab signed the same person in", async () => {
    await signedIn();
    portal.person = null;
    await refreshSession();
    portal.person = NOOR;
    neighbour.postMessage("signed-in");
    await vi.waitFor(() => expect(person.value?.username).toBe("noor"));
    expect(interrupted.value).toBeNull();
  });
});

describe("a session that got another cookie meanwhile", () => {
  test("goes on, and what was asked with the one before is asked anew", async () => {
    await signedIn();
    portal.crossed = 1;
    expect(await api.device("1")).toMatchObject({ id: "1" });
    expect(interrupted.value).toBeNull();
    expect(portal.calls.filter((call) => call === "GET /api/v1/devices/1")).toHaveLength(2);
  });

  test("does not go on for somebody else, who signed in here in another tab", async () => {
    await signedIn();
    portal.crossed = 1;
    portal.person = DAAN;
    expect(await api.device("1").catch((error: unknown) => error)).toMatchObject({ code: "sign-in-required" });
    expect(person.value?.username).toBe("daan");
  });
});

describe("signing out", () => {
  test("ends the session and interrupts nobody", async () => {
    await signedIn();
    await signOut();
    expect(person.value).toBeNull();
    expect(interrupted.value).toBeNull();
    expect(portal.calls).toContain("DELETE /api/v1/session");
  });

  test("leads on to the provider of the work account, which has a session too", async () => {
    await signedIn();
    portal.endsAt = "https://login.example.org/end?client_id=keys";
    const gone = vi.spyOn(location, "assign").mockImplementation(() => undefined);
    expect(await signOut()).toBe(true);
    expect(gone.mock.calls).toEqual([[portal.endsAt]]);
    expect(person.value).toBeNull();
    gone.mockRestore();
  });

  test("everywhere says so", async () => {
    await signedIn();
    await signOut(true);
    expect(portal.calls).toContain("DELETE /api/v1/session?everywhere=1");
  });

  test("in a neighbouring tab ends this one too", async () => {
    await signedIn();
    portal.person = null;
    neighbour.postMessage("signed-out");
    await vi.waitFor(() => expect(person.value).toBeNull());
    await vi.waitFor(() => expect(portal.calls.at(-1)).toBe("GET /api/v1/session"));
    expect(interrupted.value).toBeNull();
  });

  test("takes what was fetched for the person out of sight", async () => {
    await signedIn();
    await loadDevices();
    await loadNotices();
    expect(devices.value).toHaveLength(1);
    await signIn("daan", "good");
    expect(devices.value).toBeNull();
    expect(notices.value).toEqual([]);
  });
});

describe("a notice", () => {
  test("that is new is said to be", async () => {
    await signedIn();
    expect(await loadNotices()).toBe(true);
    expect(await loadNotices()).toBe(false);
  });

  test("goes when it is dismissed", async () => {
    await signedIn();
    await loadNotices();
    await dismiss(notices.value[0]!);
    expect(notices.value).toEqual([]);
    expect(portal.calls).toContain("DELETE /api/v1/notices/n1");
  });

  test("comes back when the portal could not be told", async () => {
    await signedIn();
    await loadNotices();
    portal.down = true;
    await dismiss(notices.value[0]!);
    expect(notices.value).toHaveLength(1);
  });
});

const neighbour = new BroadcastChannel("sleutelkast-session");
const portal = { person: null as Session["person"], calls: [] as string[], down: false, endsAt: null as string | null, crossed: 0 };

beforeEach(() => {
  Object.assign(portal, { person: null, calls: [], down: false, endsAt: null, crossed: 0 });
  vi.stubGlobal("fetch", vi.fn(answer));
});

afterEach(async () => {
  portal.down = false;
  giveUp();
  session.value = null;
});

async function signedIn(): Promise<void> {
  await refreshSession();
  await signIn("noor", "good");
}

/** The network: a portal that knows of a session, one device and one notice. */
async function answer(url: string, init: RequestInit): Promise<Response> {
  portal.calls.push(`${init.method ?? "GET"} ${url}`);
  if (portal.down) throw new TypeError("Failed to fetch");
  if (url.startsWith("/api/v1/session")) return sessionAnswer(init);
  if (portal.person === null || portal.crossed-- > 0) return Response.json({ code: "sign-in-required" }, { status: 401 });
  if (init.method === "DELETE") return new Response(null, { status: 204 });
  if (url === "/api/v1/devices/1") return Response.json({ id: "1" });
  const items = url === "/api/v1/notices" ? [{ id: "n1", code: "device-not-updated" }] : [{ id: "1", deposit: null }];
  return Response.json({ items, next: null });
}

function sessionAnswer(init: RequestInit): Response {
  if (init.method === "DELETE") {
    portal.person = null;
    if (portal.endsAt !== null) return Response.json({ url: portal.endsAt });
    return new Response(null, { status: 204 });
  }
  if (init.method === "POST") portal.person = String(init.body).includes("daan") ? DAAN : NOOR;
  return Response.json({ person: portal.person, csrf: "t", sign_in: { password: true, oidc: [] }, support: {} });
}
