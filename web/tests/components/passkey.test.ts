/** Between the portal's JSON and the bytes that a browser wants. */
import { afterEach, describe, expect, test, vi } from "vitest";
import { makePasskey, passkeysWork, usePasskey } from "../../src/components/passkey/ceremony";
import { passkeyError } from "../../src/components/passkey/words";

afterEach(() => vi.unstubAllGlobals());

const RAW = Uint8Array.of(0, 250, 251, 252, 255);
const WRITTEN = "APr7_P8";

describe("bytes", () => {
  test("reach the browser as they were meant, and come back as base64url", async () => {
    const create = browser("create", { clientDataJSON: RAW.buffer, attestationObject: RAW.buffer });
    const made = await makePasskey({ challenge: WRITTEN, user: { id: WRITTEN }, excludeCredentials: [{ id: WRITTEN }] });
    const { publicKey } = create.mock.calls[0]?.[0];
    expect([publicKey.challenge, publicKey.user.id, publicKey.excludeCredentials[0].id]).toEqual([RAW, RAW, RAW]);
    expect(made.response).toEqual({ clientDataJSON: WRITTEN, attestationObject: WRITTEN });
    expect(made.rawId).toBe(WRITTEN);
  });

  test("that a browser leaves out are left out", async () => {
    const get = browser("get", { clientDataJSON: RAW.buffer, signature: RAW.buffer, userHandle: null });
    const used = await usePasskey({ challenge: WRITTEN, allowCredentials: [] });
    expect(get.mock.calls[0]?.[0].publicKey.allowCredentials).toEqual([]);
    expect(used.response).toEqual({ clientDataJSON: WRITTEN, signature: WRITTEN });
  });
});

describe("passkeys work", () => {
  test.each([
    ["keys.example.org", true],
    ["localhost", true],
    ["192.0.2.1", false],
    ["[2001:db8::1]", false],
  ])("at %s: %s", (hostname, works) => {
    vi.stubGlobal("PublicKeyCredential", class {});
    vi.stubGlobal("location", { hostname });
    expect(passkeysWork()).toBe(works);
  });

  test("not in a browser that has none", () => {
    vi.stubGlobal("PublicKeyCredential", undefined);
    vi.stubGlobal("location", { hostname: "localhost" });
    expect(passkeysWork()).toBe(false);
  });
});

describe("what is said", () => {
  test.each([
    ["NotAllowedError", "No passkey was used"],
    ["InvalidStateError", "This device has a passkey for your account already"],
    ["ConstraintError", "can't keep a passkey"],
    ["SecurityError", "The passkey did not work"],
  ])("of a browser's %s", (name, words) => {
    expect(passkeyError(new DOMException("", name))).toContain(words);
  });
});

function browser(does: "create" | "get", response: object) {
  const answer = vi.fn((_options: any) => Promise.resolve({ id: WRITTEN, rawId: RAW.buffer, type: "public-key", response }));
  vi.stubGlobal("navigator", { credentials: { [does]: answer } });
  return answer;
}
