/** What the API says, as api.md has it. Times are RFC 3339 in UTC. */

import type { Deposit, StaleCause } from "../domain/deposit";

export type { Cause, CauseCode, Deposit, DepositState, StaleCause, Step } from "../domain/deposit";

export type Role = "support" | "administrator" | "auditor";

export interface Person {
  readonly id: string;
  readonly username: string;
  readonly name: string;
  /** The language that the person chose, null until they did. */
  readonly locale: string | null;
  readonly roles: readonly string[];
  /** How this person can sign in again: `password`, `passkey`, and `oidc:ID` for each work account. */
  readonly ways: readonly string[];
}

/** What the portal asks of a browser for a passkey; its bytes are written as base64url. */
export interface PasskeyOptions {
  readonly challenge: string;
  readonly user?: { readonly id: string };
  readonly excludeCredentials?: readonly { readonly id: string }[];
  readonly allowCredentials?: readonly { readonly id: string }[];
}

/** What a browser answers, its bytes written as base64url. */
export interface CredentialJson {
  readonly id: string;
  readonly rawId: string;
  readonly type: string;
  readonly response: Readonly<Record<string, string>>;
}

export interface Passkey {
  readonly id: string;
  readonly name: string;
  readonly created_at: string;
  readonly last_used_at: string | null;
}

/** A provider of work accounts. */
export interface Provider {
  readonly id: string;
  /** What people call it; null where it is simply their work account. */
  readonly name: string | null;
  readonly url: string;
}

/** The support contact of the organization; each part may be absent. */
export interface SupportContact {
  readonly name: string | null;
  readonly email: string | null;
  readonly phone: string | null;
  readonly url: string | null;
  readonly hours: string | null;
}

/** An entry of the audit log; codes, and the names of today. */
export interface AuditEntry {
  readonly id: string;
  /** Its place in the chain, null until it is linked. */
  readonly number: number | null;
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  /** Null for the portal itself, the command line, and for nobody known. */
  readonly actor: { readonly id: string; readonly username: string | null; readonly name: string | null } | null;
  readonly device: { readonly id: string; readonly name: string | null; readonly serial: string | null } | null;
  /** What it is about; with a name where that is a person. */
  readonly subject: { readonly id: string; readonly name: string | null } | null;
  readonly reason: string | null;
}

export interface SignedOut {
  readonly url: string;
}

export interface Session {
  readonly person: Person | null;
  readonly csrf: string;
  readonly sign_in: { readonly password: boolean; readonly passkey: boolean; readonly oidc: readonly Provider[] };
  /** How many characters a new password has at least. */
  readonly password_length: number;
  readonly support: SupportContact;
  /** The name of the organization, where it is set. */
  readonly organization: string | null;
}

/** Somebody saw the key of a Mac while it was the person's, or was denied it. */
export interface SeenKey {
  readonly id: string;
  readonly at: string;
  readonly outcome: "done" | "denied";
  /** Null for people who are not known any more. */
  readonly by: string | null;
  readonly by_you: boolean;
  /** Without an id where the Mac is no longer theirs: then `name` is its serial number. */
  readonly device: { readonly id: string | null; readonly name: string; readonly serial: string | null };
  readonly reason: string | null;
}

/** A browser in which the person is signed in; names are null where they are not known. */
export interface ListedSession {
  readonly id: string;
  /** Whether it is the one that asks. */
  readonly this: boolean;
  readonly way: "password" | "passkey" | "oidc";
  readonly browser: string | null;
  readonly system: string | null;
  readonly created_at: string;
  readonly last_used_at: string;
}

export type Ownership = "personal" | "corporate";
export type Action = "deposit" | "reveal" | "rotate" | "check" | "rename" | "ask" | "history" | "assign";
/** `typed` is a key that somebody entered; the others came from the Mac. */
export type Provenance = "rotated" | "repaired" | "reported" | "typed";

export interface EscrowedKey {
  readonly since: string;
  readonly version: string;
  readonly provenance: Provenance;
}

export interface Access {
  readonly state: "allowed" | "grace" | "denied";
  readonly until: string | null;
}

export interface PersonShort {
  readonly id: string;
  readonly username: string;
  readonly name: string;
}

/** What is to be done for access. */
export type Remedy = "store-key" | "turn-on-filevault" | "wait" | "enrol";

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly model: string | null;
  readonly os_version: string | null;
  readonly serial: string | null;
  readonly ownership: Ownership;
  /** Null where it was given to nobody. */
  readonly owner: PersonShort | null;
  /** Whether FileVault is on; null where the Mac has not said. */
  readonly encrypted: boolean | null;
  /** Whether the Mac has a personal recovery key at all; null where it has not said. */
  readonly has_recovery_key: boolean | null;
  /** Whether it hands its key to the portal unasked (escrow profile); null where that is not known. */
  readonly escrows_by_itself: boolean | null;
  readonly last_check_in: string | null;
  readonly deposit: Deposit | null;
  readonly escrowed: EscrowedKey | null;
  /** Why the kept key may not open the disk any more. */
  readonly stale: StaleCause | null;
  readonly access: Access;
  readonly remedy: Remedy | null;
  readonly actions: readonly Action[];
}

/** A revealed key. It lives in the memory of the page that shows it and nowhere else. */
export interface Reveal {
  readonly recovery_key: string;
  readonly groups: readonly string[];
  readonly version: string;
  readonly visible_until: string;
}

export interface KeyVersion {
  readonly id: string;
  readonly provenance: Provenance;
  /** False for a typed key that the Mac has not confirmed. */
  readonly confirmed: boolean;
  readonly present: boolean;
  /** True for a reported key that came after the present, proven one: either may open the Mac. */
  readonly may_be_newer: boolean;
  readonly created_at: string;
}

export interface Check {
  readonly id: string;
  readonly state: "asked" | "answered" | "unanswered";
  readonly access: Access;
  readonly remedy: Remedy | null;
  readonly last_check_in: string | null;
  readonly created_at: string;
  /** When it is called unanswered; an answer that comes later still counts. */
  readonly waits_until: string;
  readonly settled_at: string | null;
}

export interface Notice {
  readonly id: string;
  /** Stable; others come with later versions of the portal. */
  readonly code: string;
  /** Null where it is about no Mac. */
  readonly device: { readonly id: string; readonly name: string } | null;
  /** The name of who did what it tells of; null where that was nobody. */
  readonly by: string | null;
  readonly created_at: string;
}

/** A deposit with the ETag to ask for the next change with. */
export interface Observed {
  readonly deposit: Deposit;
  readonly etag: string | null;
}

/** What support can narrow the list of Macs to. */
export type DeviceFilter = "no-key" | "refused" | "stale" | "not-encrypted" | "not-checked-in" | "quarantined";

export type DeviceQuestion = {
  readonly q?: string;
  readonly filter?: DeviceFilter | null;
  readonly after?: string | null;
};

/** A page of a list; `next` is where the following one begins, null where there is none. */
export interface PageOf<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/** `more`: there are more than were counted. */
export interface Count {
  readonly count: number;
  readonly more: boolean;
}

export interface DeviceCounts {
  readonly all: Count;
  readonly filters: Readonly<Record<DeviceFilter, Count>>;
}

/** The filters of which the owners can be asked to store the key. */
export type AskableFilter = Extract<DeviceFilter, "no-key" | "refused" | "stale">;

/** Whom it would be to ask: so many people, about so many Macs. `more`: there are more Macs than were counted. */
export interface ToAsk {
  readonly macs: number;
  readonly people: number;
  readonly more: boolean;
}

/** About how many Macs the owners were asked; `next` is where to go on. */
export interface AskedAll {
  readonly asked: number;
  readonly next: string | null;
}

/** What happened to a device, in codes. */
export interface DeviceEvent {
  readonly id: string;
  readonly at: string;
  readonly action: string;
  readonly outcome: string;
  /** The name of who did it; null for the portal itself. */
  readonly actor: string | null;
  readonly reason: string | null;
}

/** Leave to see somebody else's key, which a second person gives. */
export interface RevealRequest {
  readonly id: string;
  readonly device: { readonly id: string; readonly name: string; readonly serial: string | null; readonly owner: PersonShort | null };
  readonly requester: PersonShort;
  readonly reason: string;
  readonly state: "asked" | "approved" | "denied" | "expired";
  readonly created_at: string;
  /** When it expires or did; null where it was denied. */
  readonly until: string | null;
  readonly decided_at: string | null;
  readonly decided_by: PersonShort | null;
}
