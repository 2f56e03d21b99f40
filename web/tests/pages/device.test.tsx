import { beforeEach, describe, expect, test, vi } from "vitest";
import type { Cause, Deposit, Device, KeyVersion } from "../../src/api";
import { DevicePage } from "../../src/pages/device";
import { loadDevices, now, session } from "../../src/state";
import { look, open, pass, settled } from "../support/page";
import { check, deposit, device, ESCROWED, list, type Portal, portal, problem, SESSION, version } from "../support/portal";
import { exists, find, press, show, type, words } from "../support/render";

const CAUSES: readonly Cause[] = [
  { code: "wrong-key", known: null },
  { code: "not-checked-in", known: false },
  { code: "filevault-not-enabled", known: null },
];
const REFUSED = deposit({ state: "refused", message: "key-not-accepted", causes: CAUSES });
const ROTATION_REFUSED = deposit({ state: "refused", kind: "rotation", message: "rotation-failed" });

describe("what stands at the top", () => {
  test.each([
    { id: "refused", given: REFUSED, code: "key-not-accepted", told: ["This key could not be stored", "Check that it is the right key"] },
    {
      id: "unanswered",
      given: { ...REFUSED, state: "unanswered" },
      code: "key-not-accepted",
      told: ["the key you have on paper may no longer work", "While you can unlock your Mac, make a new key and store that one"],
    },
    { id: "undeliverable", given: { ...REFUSED, state: "undeliverable" }, code: "key-not-accepted", told: ["your key was not tried", "085 000 12 34"] },
    { id: "stored", given: deposit({ state: "stored", message: "key-updated" }), code: "key-updated", told: ["Your key was updated"] },
    { id: "superseded", given: deposit({ state: "superseded", message: "key-updated" }), code: "key-updated", told: ["Your key was updated"] },
    {
      id: "a rotation that was refused",
      given: ROTATION_REFUSED,
      code: "rotation-failed",
      told: ["may be out of date", "The kept keys are unchanged", "sudo fdesetup changerecovery -personal", "085 000 12 34"],
    },
    {
      id: "a rotation without an answer",
      given: { ...ROTATION_REFUSED, state: "unanswered" },
      code: "rotation-failed",
      told: ["Your Mac has not answered yet", "The kept keys are unchanged", "Your Mac’s last check-in"],
    },
    {
      id: "a rotation that could not be sent",
      given: { ...ROTATION_REFUSED, state: "undeliverable" },
      code: "rotation-failed",
      told: ["could not be asked for a new key", "opens your Mac as before", "085 000 12 34"],
    },
    { id: "sent", given: deposit({ state: "sent", step: "verify" }), code: "working", told: ["We are working on your key"] },
  ] as const)("$id", async ({ given, code, told }) => {
    await openDevice({ deposit: given });
    const banner = find(`[data-message=${code}]`);
    expect(told.filter((words_) => !words(banner).includes(words_))).toEqual([]);
  });

  test("nothing without a deposit", async () => {
    await openDevice({});
    expect(exists("[data-message]")).toBe(false);
  });
});

describe("help with a key that was not stored", () => {
  test("lists the causes in their order, and none is marked that is not known", async () => {
    await openDevice({ deposit: REFUSED });
    expect([...document.querySelectorAll(".help h3")].map(words)).toEqual([
      "The key may be wrong",
      "Your Mac may not have checked in for a while",
      "Your organization may not have FileVault enabled",
      "Still not stored after that?",
    ]);
    expect(exists(".help-cause-known")).toBe(false);
    expect(words(find(".help"))).toContain("sudo fdesetup changerecovery -personal");
    expect(find(".help a", "More help").getAttribute("href")).toBe("/help#key-not-accepted");
  });

  test("marks what is known, with its remedy inside and in the head as well", async () => {
    await openDevice({ deposit: { ...REFUSED, causes: known("not-checked-in") } });
    const cause = find(".help-cause-known");
    expect(words(cause)).toContain("This is so for your Mac");
    expect(words(cause.querySelector("button") as Element)).toBe("Check status");
    expect(words(find(".banner-head"))).toContain("Your Mac’s last check-in");
    expect(words(find(".banner-head button"))).toBe("Check status");
  });

  test("names the support contact where FileVault is known to be off", async () => {
    await openDevice({ deposit: { ...REFUSED, causes: known("filevault-not-enabled") } });
    expect(words(find(".help-cause-known"))).toContain("my Mac was synced, but the key still can’t be stored");
    expect(words(find(".banner-head"))).toContain("085 000 12 34");
  });

  test.each([
    { id: "nothing", given: {}, told: [] },
    { id: "no profile", given: { escrows_by_itself: false }, told: ["hands us no key by itself"] },
    { id: "no key at all", given: { has_recovery_key: false }, told: ["no personal recovery key"] },
    { id: "both", given: { escrows_by_itself: false, has_recovery_key: false }, told: ["no personal recovery key", "hands us no key"] },
    { id: "FileVault off says it all", given: { encrypted: false, has_recovery_key: false }, told: [] },
  ] as const)("what support should know stands with its contact, and marks no cause: $id", async ({ given, told }) => {
    await openDevice({ deposit: REFUSED, ...given });
    const third = [...document.querySelectorAll(".help-cause")][2] as Element;
    const facts = [...third.querySelectorAll("li")].map(words);
    expect(facts.map((fact, at) => fact.includes(told[at] ?? "?"))).toEqual(told.map(() => true));
    expect(words(third).includes("Tell them this too:")).toBe(told.length > 0);
    expect(exists(".help-cause-known")).toBe(false);
  });

  test("says that a key kept before is unchanged, only where there is one", async () => {
    await openDevice({ deposit: REFUSED });
    expect(words(find(".banner-head"))).not.toContain("unchanged");
    await openDevice({ deposit: REFUSED, escrowed: ESCROWED });
    expect(words(find(".banner-head"))).toContain("The key that was kept before is unchanged.");
  });
});

describe("a kept key that may be out of date", () => {
  const STORED = deposit({ state: "stored", message: "key-updated" });

  test.each([
    { stale: "rotated-elsewhere", told: ["may be out of date", "tells of another recovery key", "still get them", "fdesetup"] },
    { stale: "filevault-off", told: ["FileVault was switched off", "stay here", "Switch FileVault on again", "085 000 12 34"] },
    { stale: "no-recovery-key", told: ["no recovery key any more", "still get them", "fdesetup"] },
    { stale: "rotation-failed", told: ["may be out of date", "did not accept", "still get them", "fdesetup"] },
  ] as const)("$stale, instead of an update that is no longer true", async ({ stale, told }) => {
    await openDevice({ deposit: STORED, escrowed: ESCROWED, stale });
    const banner = find(`[data-message=stale-${stale}]`);
    expect(told.filter((words_) => !words(banner).includes(words_))).toEqual([]);
    expect(exists("[data-message=key-updated]")).toBe(false);
  });

  test("says that the other one is kept as well, where a program reported it", async () => {
    const reported = version({ id: "r1", provenance: "reported", present: false, may_be_newer: true });
    await openDevice({ escrowed: ESCROWED, stale: "rotated-elsewhere" }, {}, [version(), reported]);
    expect(words(find("[data-message=stale-rotated-elsewhere]"))).toContain("“Get recovery key” shows both");
  });

  test("says what the Mac told rather than that it took no key", async () => {
    await openDevice({ deposit: ROTATION_REFUSED, escrowed: ESCROWED, stale: "filevault-off" });
    expect(exists("[data-message=rotation-failed]")).toBe(false);
    expect(exists("[data-message=stale-filevault-off]")).toBe(true);
  });

  test("a new key that never came is told so", async () => {
    await openDevice({ deposit: { ...ROTATION_REFUSED, state: "unanswered" }, escrowed: ESCROWED, stale: "rotation-failed" });
    expect(words(find("[data-message=rotation-failed]"))).toContain("the new one did not arrive here");
  });

  test("stands below a key that was not stored on top of it", async () => {
    await openDevice({ deposit: REFUSED, escrowed: ESCROWED, stale: "rotated-elsewhere" });
    expect([...document.querySelectorAll("[data-message]")].map((one) => one.getAttribute("data-message"))).toEqual([
      "key-not-accepted",
      "stale-rotated-elsewhere",
    ]);
  });
});

describe("rotate recovery key", () => {
  const ROTATES: Partial<Device> = { escrowed: ESCROWED, actions: ["deposit", "reveal", "rotate", "check", "rename"] };
  const ROTATION = deposit({ id: "r1", kind: "rotation", state: "received", step: "verify" });

  test("asks first, says what is safe before what happens, and takes Cancel for a no", async () => {
    await openDevice(ROTATES);
    await press("button", "Rotate recovery key");
    const asked = words(find("dialog"));
    expect(asked.indexOf("Nothing gets lost")).toBeLessThan(asked.indexOf("Your Mac makes a new key"));
    await press("dialog button", "Cancel");
    expect(exists("dialog")).toBe(false);
    expect(standing.of("POST /devices/m1/rotations")).toEqual([]);
  });

  test("is a progress as that of a deposit, at once and once", async () => {
    await openDevice(ROTATES, {
      "POST /devices/m1/rotations": () => {
        standing.answers["GET /devices/m1/deposits/latest"] = { json: ROTATION, etag: '"2"' };
        standing.answers["GET /devices/m1"] = { json: device({ ...ROTATES, deposit: ROTATION }) };
        return { status: 202, json: ROTATION };
      },
    });
    await press("button", "Rotate recovery key");
    await press("dialog button", "Rotate recovery key");
    await settled();
    expect(exists("dialog")).toBe(false);
    expect(words(find("[data-message=working]"))).toContain("We are working on your key");
    expect(document.activeElement).toBe(find("h1"));
    expect(standing.of("POST /devices/m1/rotations")).toHaveLength(1);
    expect([...document.querySelectorAll("button")].map(words)).not.toContain("Rotate recovery key");
  });

  test.each([
    { id: "the portal says no", answer: problem(409, "no-key"), told: "about no-key" },
    { id: "it can't be reached", answer: "unreachable", told: "so nothing has changed" },
  ] as const)("says so where $id, and can be tried again", async ({ answer, told }) => {
    await openDevice(ROTATES, { "POST /devices/m1/rotations": answer });
    await press("button", "Rotate recovery key");
    await press("dialog button", "Rotate recovery key");
    await settled();
    expect(words(find("dialog [role=alert]"))).toContain(told);
    expect(find("dialog button", "Rotate recovery key").getAttribute("aria-disabled")).toBeNull();
  });

  test.each([
    { id: "who may not", given: { ...ROTATES, actions: ["reveal"] } },
    { id: "FileVault is off", given: { ...ROTATES, stale: "filevault-off" } },
    { id: "there is no recovery key", given: { ...ROTATES, stale: "no-recovery-key" } },
    { id: "one is on its way", given: { ...ROTATES, deposit: deposit({ state: "sent" }) } },
  ] as const)("is not offered where $id", async ({ given }) => {
    await openDevice(given);
    expect([...document.querySelectorAll("button")].map(words)).not.toContain("Rotate recovery key");
  });
});

describe("the one filled action", () => {
  test.each([
    { id: "stores where there is no key", given: {}, primary: ["Store recovery key"] },
    { id: "gets where there is one", given: { escrowed: ESCROWED }, primary: ["Get recovery key"] },
    { id: "stores after a key was refused", given: { escrowed: ESCROWED, deposit: REFUSED }, primary: ["Store recovery key"] },
    { id: "gets after an update", given: { escrowed: ESCROWED, deposit: deposit({ state: "stored" }) }, primary: ["Get recovery key"] },
    { id: "stores where the kept key is out of date", given: { escrowed: ESCROWED, stale: "rotated-elsewhere" }, primary: ["Store recovery key"] },
    { id: "gets where nothing is encrypted", given: { escrowed: ESCROWED, stale: "filevault-off" }, primary: ["Get recovery key"] },
    { id: "gets after a rotation that changed nothing", given: { escrowed: ESCROWED, deposit: { ...ROTATION_REFUSED, state: "unanswered" } }, primary: ["Get recovery key"] },
    { id: "is none while the portal works", given: { deposit: deposit({ state: "sent" }) }, primary: [] },
    { id: "is none for who may do nothing", given: { escrowed: ESCROWED, actions: [] }, primary: [] },
  ] as const)("$id", async ({ given, primary }) => {
    await openDevice(given);
    expect([...document.querySelectorAll(".button-primary")].map(words)).toEqual(primary);
  });
});

describe("while the portal works on it", () => {
  beforeEach(() => timeStandsAt("2026-11-23T09:41:00Z"));

  test("the steps go on by themselves, and the outcome is spoken", async () => {
    await openDevice({ deposit: deposit({ state: "sent", step: "verify" }) });
    await tell(deposit({ state: "sent", step: "store" }), {});
    expect(words(find(".progress [aria-current=step]"))).toContain("Store");
    await tell(deposit({ state: "stored", message: "key-updated" }), { escrowed: ESCROWED });
    expect(find("[data-message=key-updated] .banner-head").getAttribute("role")).toBe("status");
    expect(words(find("[data-message=key-updated]"))).toContain("Get recovery key");
  });

  test("a refusal is spoken at once", async () => {
    await openDevice({ deposit: deposit({ state: "sent", step: "verify" }) });
    await tell(REFUSED, {});
    expect(find("[data-message=key-not-accepted] .banner-head").getAttribute("role")).toBe("alert");
  });

  test("an outcome that was there already is not spoken", async () => {
    await openDevice({ deposit: REFUSED });
    expect(find("[data-message=key-not-accepted] .banner-head").getAttribute("role")).toBeNull();
  });

  test("an outcome between the first two questions is followed up, so that the whole page tells the same", async () => {
    const [before, after] = [deposit({ state: "sent" }), deposit({ state: "stored", message: "key-updated" })];
    await openDevice(
      { deposit: before },
      {
        "GET /devices/m1/deposits/latest": () => {
          standing.answers["GET /devices/m1"] = { json: device({ deposit: after, escrowed: ESCROWED }) };
          return { json: after, etag: '"2"' };
        },
      },
    );
    expect(words(find("[data-message=key-updated]"))).toContain("Get recovery key");
    expect(standing.of("GET /notices").length).toBeGreaterThan(0);
  });

  test("it asks with the ETag, and reloads nothing while nothing changed", async () => {
    await openDevice({ deposit: deposit({ state: "sent" }) });
    const loaded = standing.of("GET /devices/m1").length;
    standing.answers["GET /devices/m1/deposits/latest"] = { status: 304 };
    await pass(3_100);
    expect(standing.of("GET /devices/m1/deposits/latest").length).toBeGreaterThanOrEqual(4);
    expect(standing.of("GET /devices/m1")).toHaveLength(loaded);
  });

  test("a Mac that stays away is waited for, with its last check-in", async () => {
    await openDevice({ deposit: deposit({ state: "sent", waiting: true }) });
    expect(words(find(".working"))).toContain("Started at");
    await pass(6_000);
    expect(words(find(".working"))).toContain("We are waiting for your Mac. It last checked in 12 days ago.");
    expect(exists(".progress-waits")).toBe(true);
  });

  test("nothing is asked while nobody looks", async () => {
    await openDevice({ deposit: deposit({ state: "sent" }) });
    look(false);
    await pass(1_100);
    const before = standing.asked.length;
    await pass(20_000);
    expect(standing.asked).toHaveLength(before);
  });
});

describe("check status", () => {
  beforeEach(() => timeStandsAt("2026-11-23T09:41:00Z"));

  const UNTIL = { state: "grace", until: "2026-12-24T12:00:00Z" } as const;
  const WARNED = { state: "grace", until: null } as const;
  const DENIED = { state: "denied", until: null } as const;

  test.each([
    { id: "in order", access: { state: "allowed", until: null }, remedy: null, told: ["This Mac can access what you need for work."] },
    { id: "a key is wanted", access: WARNED, remedy: "store-key", told: ["This Mac can access", "Your organization asks you to store its recovery key."] },
    { id: "until a day", access: UNTIL, remedy: "store-key", told: ["This Mac is out of compliance.", "until December 24.", "Store its recovery key before then."] },
    { id: "until a day, on its way", access: UNTIL, remedy: "wait", told: ["until December 24.", "on its way", "you need to do nothing else"] },
    { id: "until a day, FileVault off", access: UNTIL, remedy: "turn-on-filevault", told: ["Switch FileVault on, then store"] },
    { id: "no access", access: DENIED, remedy: "store-key", told: ["can’t access", "Store its recovery key to get access again."] },
    { id: "no access, on its way", access: DENIED, remedy: "wait", told: ["can’t access", "once the key is stored"] },
    { id: "no access, not enrolled", access: DENIED, remedy: "enrol", told: ["can’t access", "Ask to have it enrolled.", "085 000 12 34"] },
  ] as const)("$id", async ({ access, remedy, told }) => {
    await openDevice({});
    await ask();
    standing.answers["GET /devices/m1/checks/latest"] = { json: check({ state: "answered", access, remedy }) };
    await pass(2_000);
    const outcome = words(find(".check-outcome"));
    expect(told.filter((words_) => !outcome.includes(words_))).toEqual([]);
  });

  test("on the last days the hour is told as well", async () => {
    await openDevice({ access: { state: "grace", until: "2026-11-24T12:30:00Z" }, remedy: "store-key" });
    expect(words(find(".access-outcome"))).toMatch(/until November 24, 2026 at \d/);
  });

  test("says while it asks since when, and how long it waits", async () => {
    await openDevice({});
    await ask();
    expect(words(find(".check-outcome"))).toMatch(/^We asked your Mac at \d+:41.* until \d+:43.* You may leave this page\.$/);
    expect(find("button", "Asking your Mac…").getAttribute("aria-disabled")).toBe("true");
  });

  test("an answer that did not come is explained, and what is so stays said", async () => {
    await openDevice({ access: DENIED, remedy: "store-key" });
    await ask();
    standing.answers["GET /devices/m1/checks/latest"] = { json: check({ state: "unanswered", access: DENIED, remedy: "store-key" }) };
    await pass(2_000);
    const outcome = words(find(".check-outcome"));
    for (const told of ["Your Mac did not answer.", "Its last check-in: 12 days ago.", "If it answers later, that counts as well.", "can’t access"]) {
      expect(outcome).toContain(told);
    }
    expect(document.querySelectorAll(".access-outcome")).toHaveLength(1);
  });

  test.each([
    { id: "in order", access: { state: "allowed", until: null }, shown: false },
    { id: "a key is wanted", access: WARNED, shown: false },
    { id: "until a day", access: UNTIL, shown: true },
    { id: "no access", access: DENIED, shown: true },
  ] as const)("what ends by itself or has ended is said though nobody checked: $id", async ({ access, shown }) => {
    await openDevice({ access, remedy: access.state === "allowed" ? null : "store-key" });
    expect(exists(".access-outcome")).toBe(shown);
  });

  test("a check that was begun before goes on", async () => {
    await openDevice({}, { "GET /devices/m1/checks/latest": { json: check() } });
    expect(words(find(".check-outcome"))).toContain("We asked your Mac at");
  });

  test("an old outcome is not told as news", async () => {
    const old = check({ state: "answered", access: DENIED, remedy: "store-key" });
    await openDevice({}, { "GET /devices/m1/checks/latest": { json: old } });
    expect(words(find(".check-outcome"))).toBe("");
  });

  test("that the portal could not be reached is said", async () => {
    await openDevice({}, { "POST /devices/m1/checks": "unreachable" });
    await press("button", "Check status");
    await settled();
    expect(words(find(".check-outcome"))).toContain("could not be asked just now");
    expect(words(find("button", "Check status"))).toBe("Check status");
  });

  async function ask(): Promise<void> {
    standing.answers["POST /devices/m1/checks"] = { status: 202, json: check() };
    standing.answers["GET /devices/m1/checks/latest"] = { json: check() };
    await press("button", "Check status");
    await settled();
  }
});

describe("the name", () => {
  test("is changed in place, and the focus comes back", async () => {
    await openDevice({}, { "PATCH /devices/m1": { json: device({ name: "Mac at home" }) } });
    await rename("  Mac at home ");
    expect(standing.of("PATCH /devices/m1").map(({ body }) => body)).toEqual([{ name: "Mac at home" }]);
    expect(words(find("h1"))).toBe("Mac at home");
    await vi.waitFor(() => expect(words(document.activeElement as Element)).toBe("Rename"));
  });

  test("stays typed where the portal could not be reached", async () => {
    await openDevice({}, { "PATCH /devices/m1": "unreachable" });
    await rename("Mac at home");
    expect(find<HTMLInputElement>(".rename input").value).toBe("Mac at home");
    expect(words(find(".field-error"))).toContain("could not be saved just now");
  });
});

describe("the kept keys", () => {
  test("are counted, with how the present one came here", async () => {
    await openDevice({ escrowed: ESCROWED }, {}, [version(), version({ id: "v0", present: false })]);
    expect(words(find("a", "1 kept"))).toBe("1 kept");
    expect(words(find("section", "Kept since"))).toContain("Proven by your Mac when it replaced the key");
  });

  test("say where another one was reported later, which is no earlier one", async () => {
    const reported = version({ id: "r1", provenance: "reported", present: false, may_be_newer: true });
    await openDevice({ escrowed: ESCROWED }, {}, [version(), reported]);
    expect(words(find("section", "Kept since"))).toContain("Another key, reported later");
    expect(words(find("section", "Kept since"))).not.toContain("Earlier keys");
  });

  test("can be got even if only a typed one is there that the Mac did not confirm", async () => {
    await openDevice({ deposit: REFUSED }, {}, [version({ provenance: "typed", confirmed: false, present: false })]);
    expect(words(find("a", "Get recovery key"))).toBe("Get recovery key");
  });
});

test("a Mac of somebody else is not there", async () => {
  portal({});
  await open("/devices/m2", <DevicePage id="m2" />);
  expect(words(find("h1, h2"))).toBe("There is nothing here");
});

let standing: Portal;

function timeStandsAt(moment: string): void {
  vi.useFakeTimers({ now: Date.parse(moment) });
  now.value = Date.now();
}

beforeEach(() => {
  vi.useRealTimers();
  look(true);
});

async function openDevice(given: Partial<Device>, more: Portal["answers"] = {}, versions: readonly KeyVersion[] = []): Promise<void> {
  const one = device(given);
  await show(null);
  standing = portal({
    "GET /session": { json: SESSION },
    "GET /notices": list([]),
    "GET /devices": list([one]),
    "GET /devices/m1": { json: one },
    "GET /devices/m1/deposits/latest": one.deposit ? { json: one.deposit, etag: '"1"' } : problem(404, "not-found"),
    "GET /devices/m1/versions": list(versions),
    ...more,
  });
  session.value = SESSION;
  await loadDevices();
  await open("/devices/m1", <DevicePage id="m1" />);
}

/** The portal has news; the page asks at its next turn. */
async function tell(news: Deposit, given: Partial<Device>): Promise<void> {
  standing.answers["GET /devices/m1/deposits/latest"] = { json: news, etag: '"2"' };
  standing.answers["GET /devices/m1"] = { json: device({ ...given, deposit: news }) };
  await pass(1_100);
}

async function rename(name: string): Promise<void> {
  await press("button", "Rename");
  await type(find<HTMLInputElement>(".rename input"), name);
  await press("button", "Save name");
  await settled();
}

function known(code: Cause["code"]): readonly Cause[] {
  return CAUSES.map((cause) => (cause.code === code ? { ...cause, known: true } : cause));
}
