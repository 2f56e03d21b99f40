import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { locale } from "../../src/i18n";
import { chooseLanguage, refreshSession, session } from "../../src/state";
import { followAccount } from "../../src/state/language";

test("the account's language is put in force, also when it was changed elsewhere", async () => {
  await refreshSession();
  await inForce("de");
  await chooseLanguage("nl");
  account.locale = "it";
  await refreshSession();
  await inForce("it");
});

test("a choice that the account did not take stays, whatever the account says of before", async () => {
  await refreshSession();
  await inForce("de");
  account.takes = false;
  await chooseLanguage("nl");
  await refreshSession();
  await new Promise((resolve) => setTimeout(resolve));
  expect(locale.value).toBe("nl");
});

test("a choice outlasts what was asked before it and answered after", async () => {
  await refreshSession();
  await inForce("de");
  const chosen = chooseLanguage("nl");
  await refreshSession();
  await chosen;
  await new Promise((resolve) => setTimeout(resolve));
  expect(locale.value).toBe("nl");
});

/** Of somebody else in each test: what one chose and could not keep is nothing to another. */
const account = { id: 0, locale: "de", takes: true };

async function inForce(tag: string): Promise<void> {
  await vi.waitFor(() => expect(locale.value).toBe(tag));
}

function answer(address: string, init: RequestInit = {}): Response {
  if (!address.startsWith("/api/")) return Response.json([]);
  if (init.method === "PATCH") {
    if (!account.takes) return Response.json({ code: "unavailable" }, { status: 503 });
    account.locale = (JSON.parse(String(init.body)) as { locale: string }).locale;
  }
  const person = { id: `p${account.id}`, username: "noor", name: "Noor", locale: account.locale, roles: [], ways: ["password"] };
  return Response.json({ person, csrf: "t", sign_in: { password: true, oidc: [] }, support: {} });
}

beforeAll(() => followAccount());

beforeEach(() => {
  account.id += 1;
  account.locale = "de";
  account.takes = true;
  session.value = null;
  vi.stubGlobal("fetch", (address: string, init?: RequestInit) => Promise.resolve(answer(address, init)));
});
