/** What stands beside an action in the audit log: words, and the code where it says more. */
import golden from "../../../tests/golden/audit_reasons.json" with { type: "json" };
import { describe, expect, test } from "vitest";
import { formatDateTime } from "../../src/i18n";
import { settingsTold, told } from "../../src/pages/audit/reasons";

describe("every code that the portal writes has words", () => {
  const written = golden.flatMap(({ action, outcome, form, codes }) =>
    (codes.length === 0 ? [""] : codes).map((code) => ({
      action,
      outcome,
      reason: form.replace(/CODES?/, code).replace("PROVIDER", "work"),
    })),
  );
  test.each(written)("$action, $outcome: $reason", ({ action, outcome, reason }) => {
    const { words } = told(action, outcome, reason);
    expect(words).toEqual([expect.stringMatching(/^[A-Z].{3,}/)]);
    expect(words).not.toContain(reason);
  });

  test.each(golden.filter(({ form }) => form.endsWith("CODES")))("several at once: $action, $form", ({ action, outcome, form, codes }) => {
    const { words } = told(action, outcome, form.replace("CODES", codes.join(" ")).replace("PROVIDER", "work"));
    expect(new Set(words).size).toBe(codes.length);
  });
});

test.each([
  ["sign-in", "denied", "work: wrong-nonce"],
  ["sign-out", "denied", "work: replayed"],
  ["key-reported", "denied", "macs of nobody"],
])("the code stays beside words that several have: %s, %s, %s", (action, outcome, reason) => {
  expect(told(action, outcome, reason)).toEqual({ words: [expect.any(String)], codes: [reason] });
});

test("the provider of work accounts is named beside what it did", () => {
  expect(told("roles-changed", "done", "work: auditor support")).toEqual({ words: ["Auditor", "IT support"], codes: ["work"] });
  expect(told("roles-changed", "done", "work: -")).toEqual({ words: ["No role"], codes: ["work"] });
  expect(told("sign-in-again", "done", "work")).toEqual({ words: ["Signed in with a work account"], codes: ["work"] });
});

test.each([
  ["reveal", "denied", "moon-phase"],
  ["sign-in", "denied", "work: moon-phase"],
  ["sign-in", "denied", "constructor"],
  ["device-assigned", "done", "leased"],
  ["roles-changed", "done", "work: auditor astronaut"],
  ["person-added", "done", "toString"],
  ["account-connected", "done", "work: 248289761001"],
  ["audit-exported", "done", "planet=mars"],
  ["audit-exported", "done", "since=never"],
  ["audit-exported", "done", "action=constructor"],
  ["hasOwnProperty", "done", "valueOf"],
])("what has no words is shown as it is: %s, %s, %s", (action, outcome, reason) => {
  expect(told(action, outcome, reason)).toEqual({ words: [], codes: [reason] });
});

test("the filters of an export are told as the fields of the page are", () => {
  const reason = "since=2026-11-01T00:00:00+00:00 until=2026-12-01T00:00:00+00:00 actor=Noor V device=C02ZK1QXMD6T action=reveal outcome=denied";
  const [from, to] = ["2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"].map(formatDateTime);
  expect(told("audit-exported", "done", reason)).toEqual({
    words: [`From ${from}`, `Before ${to}`, "Saw a recovery key", "Denied"],
    codes: ["Noor V", "C02ZK1QXMD6T"],
  });
});

describe("of the policy is told", () => {
  const policy = JSON.stringify({ escrow: "warn", "sessions.idle": "0:30:00", escrow_grace: "21 days, 0:00:00" });

  test("what the settings that changed are now", () => {
    expect(settingsTold("escrow sessions.idle", policy)).toEqual(["escrow = warn", "sessions.idle = 0:30:00"]);
  });

  test("a setting by its name alone that is gone, or whose name was cut off", () => {
    expect(settingsTold("escrow_gr gone", policy)).toEqual(["escrow_gr", "gone"]);
  });

  test("all of it at the first start", () => {
    expect(settingsTold(null, policy)).toEqual(["escrow = warn", "sessions.idle = 0:30:00", "escrow_grace = 21 days, 0:00:00"]);
  });

  test.each(["{", "null", "7"])("what is no policy as it is: %s", (text) => {
    expect(settingsTold("escrow", text)).toEqual(["escrow", text]);
    expect(settingsTold(null, text)).toEqual([text]);
  });
});
