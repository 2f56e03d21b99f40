/**
 * What the browser does with passkeys, between the portal's JSON and the bytes that
 * the browser wants. Not every browser converts by itself yet.
 */
import type { CredentialJson, PasskeyOptions } from "../../api";

/** Whether a passkey can be used in this browser, and at this address: one that is a number has no passkeys. */
export function passkeysWork(): boolean {
  return typeof PublicKeyCredential === "function" && !/^[\d.]+$|:/.test(location.hostname);
}

/** Makes a new passkey; rejects as `navigator.credentials.create` does. */
export async function makePasskey(options: PasskeyOptions): Promise<CredentialJson> {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: options.user && { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: options.excludeCredentials?.map(descriptor),
  };
  const made = await navigator.credentials.create({ publicKey } as unknown as CredentialCreationOptions);
  return written(made as PublicKeyCredential);
}

/** Uses a passkey; rejects as `navigator.credentials.get` does. */
export async function usePasskey(options: PasskeyOptions): Promise<CredentialJson> {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: options.allowCredentials?.map(descriptor),
  };
  const used = await navigator.credentials.get({ publicKey } as unknown as CredentialRequestOptions);
  return written(used as PublicKeyCredential);
}

function descriptor<Named extends { readonly id: string }>(one: Named) {
  return { ...one, id: bytes(one.id) };
}

const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"] as const;

function written({ id, rawId, type, response }: PublicKeyCredential): CredentialJson {
  const parts = response as unknown as Partial<Record<(typeof PARTS)[number], ArrayBuffer | null>>;
  const given = PARTS.flatMap((name) => {
    const part = parts[name];
    return part ? [[name, text(part)] as const] : [];
  });
  return { id, rawId: text(rawId), type, response: Object.fromEntries(given) };
}

/** From base64url, and to it. */
function bytes(written: string): Uint8Array {
  const plain = atob(written.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function text(raw: ArrayBuffer): string {
  const plain = Array.from(new Uint8Array(raw), (one) => String.fromCharCode(one)).join("");
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
