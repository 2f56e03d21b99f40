/** The dialog over a page whose session ended by itself: it offers what really signs this person in. */
import { act } from "preact/test-utils";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { SignInDialog } from "../../src/components/sign-in-dialog";
import { interrupted, session } from "../../src/state";
import { SESSION } from "../support/portal";
import { find, show, words } from "../support/render";

describe("it offers a passkey", () => {
  test.each([
    ["to whoever has a local account", ["password", "passkey"], true],
    ["to whoever has nothing else", ["passkey"], true],
    ["to whoever has a work account beside a local one", ["password", "passkey", "oidc:work"], true],
    ["not where the account is the provider’s alone: there it only confirms", ["passkey", "oidc:work"], false],
    ["not to whoever has none", ["password"], false],
  ])("%s", async (_who, ways, isOffered) => {
    await act(() => {
      session.value = { ...SESSION, person: null, sign_in: { ...SESSION.sign_in, passkey: true } };
      interrupted.value = { ...SESSION.person!, ways };
    });
    await show(<SignInDialog />);
    expect(words(find("dialog")).includes("Sign in with a passkey")).toBe(isOffered);
  });
});

beforeEach(() => void vi.stubGlobal("PublicKeyCredential", class {}));

afterEach(() => {
  interrupted.value = null;
  vi.unstubAllGlobals();
});
