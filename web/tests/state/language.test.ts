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

test("an answer that was on its way before the account took the choice is asked for once more", async () => {
  await refreshSession();
  await inForce("de");
  let arrive: (answer: Response) => void = () => undefined;
  const ofBefore = answer("/api/v1/session");
  vi.stubGlobal("fetch", vi.fn((address: string, init?: RequestInit) => Promise.resolve(answer(address, init))));
  vi.mocked(fetch).mockReturnValueOnce(new Promise((resolve) => (arrive = resolve)));
  const asked = refreshSession();
  await chooseLanguage("nl");
  arrive(ofBefore);
  await asked;
  await new Promise((resolve) => setTimeout(resolve));
  expect(locale.value).toBe("nl");
  expect(session.value?.person?.locale).toBe("nl");
});

test("of choices in a row the account is told one after the other, and of the last in any case", async () => {
  await refreshSession();
  await inForce("de");
  const told: string[] = [];
  let arrive: () => void = () => undefined;
  vi.stubGlobal("fetch", async (address: string, init?: RequestInit) => {
    if (init?.method !== "PATCH") return answer(address, init);
    told.push((JSON.parse(String(init.body)) as { locale: string }).locale);
    if (told.length === 1) await new Promise<void>((resolve) => (arrive = resolve));
    return answer(address, init);
  });
  const choices = [chooseLanguage("nl")];
  await vi.waitFor(() => expect(told).toEqual(["nl"]));
  choices.push(chooseLanguage("it"), chooseLanguage("fr"));
  await inForce("fr");
  expect(told).toEqual(["nl"]);
  arrive();
  await Promise.all(choices);
  expect(told).toEqual(["nl", "fr"]);
  expect(account.locale).toBe("fr");
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
