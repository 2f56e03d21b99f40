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
}

export interface Provider {
  readonly id: string;
  readonly name: string;
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

export interface Session {
  readonly person: Person | null;
  readonly csrf: string;
  readonly sign_in: { readonly password: boolean; readonly oidc: readonly Provider[] };
  readonly support: SupportContact;
  /** The name of the organization, where it is set. */
  readonly organization: string | null;
}

export type Ownership = "personal" | "corporate";
export type Action = "deposit" | "reveal" | "rotate" | "check" | "rename";
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

export interface Device {
  readonly id: string;
  readonly name: string;
  readonly model: string | null;
  readonly os_version: string | null;
  readonly serial: string | null;
  readonly ownership: Ownership;
  /** Whether FileVault is on; null where the Mac has not said. */
  readonly encrypted: boolean | null;
  readonly last_check_in: string | null;
  readonly deposit: Deposit | null;
  readonly escrowed: EscrowedKey | null;
  /** Why the kept key may not open the disk any more. */
  readonly stale: StaleCause | null;
  readonly access: Access;
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
  readonly last_check_in: string | null;
  readonly created_at: string;
  readonly settled_at: string | null;
}

export interface Notice {
  readonly id: string;
  /** `device-not-updated`; other codes come with later versions of the portal. */
  readonly code: string;
  readonly device: { readonly id: string; readonly name: string } | null;
  readonly created_at: string;
}

/** A deposit with the ETag to ask for the next change with. */
export interface Observed {
  readonly deposit: Deposit;
  readonly etag: string | null;
}
