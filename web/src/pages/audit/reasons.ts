/**
 * What stands beside an action, as a person reads it. Codes are stable, and the portal of tomorrow may write others than
 * are known here: those are shown as they are. `tests/golden/audit_reasons.json` lists what is written today.
 */
import { ACTIONS, OUTCOMES, own } from "../../components/audit-words";
import { formatDateTime, t, type Words } from "../../i18n";

type Table = Readonly<Record<string, Words>>;

export interface Told {
  readonly words: readonly string[];
  /** Stand beside the words or in their place: what says more than they do, what they don't know yet, names and ids. */
  readonly codes: readonly string[];
}

/** Null for a text that it can't read. */
type Reader = (text: string) => Told | null;

/** What the reason of an entry says, where that is not what a person typed. */
export function told(action: string, outcome: string, reason: string): Told {
  const read = own(outcome === "denied" ? OF_DENIALS : OF_DEEDS, action) ?? (outcome === "denied" ? refusal : null);
  return read?.(reason) ?? { words: [], codes: [reason] };
}

/** What the policy is now, of the settings that changed: `names` as the entry has them, null for the first start of all. */
export function settingsTold(names: string | null, policy: string): readonly string[] {
  const values = object(policy);
  if (values === null) return names === null ? [policy] : [names, policy];
  const wanted = names?.split(" ") ?? Object.keys(values);
  // The last name may be cut off: there is only so much room for them.
  return wanted.map((name) => (Object.hasOwn(values, name) ? `${name} = ${values[name]}` : name));
}

function object(json: string): Readonly<Record<string, unknown>> | null {
  try {
    const read: unknown = JSON.parse(json);
    return typeof read === "object" && read !== null ? { ...read } : null;
  } catch {
    return null;
  }
}

/** One code of a table. */
function one(table: Table): Reader {
  return (code) => {
    const words = own(table, code);
    return words === null ? null : { words: [words()], codes: [] };
  };
}

/** One code of a table that has the same words for several, so that the code stays beside them. */
function kindOf(table: Table, read: (text: string) => string = (text) => text): Reader {
  return (text) => {
    const words = own(table, read(text));
    return words === null ? null : { words: [words()], codes: [text] };
  };
}

/** Codes with blanks between them. */
function each(table: Table): Reader {
  return (codes) => {
    const words = codes.split(" ").map((code) => own(table, code));
    return words.every((one) => one !== null) ? { words: words.map((one) => one()), codes: [] } : null;
  };
}

/** The id of a provider of work accounts before what it is about. */
const PROVIDER = /^[^ ]*: /;

function rolesTold(reason: string): Told | null {
  const provider = PROVIDER.exec(reason)?.[0] ?? "";
  const roles = each(ROLES)(reason.slice(provider.length));
  return roles === null ? null : { words: roles.words, codes: provider === "" ? [] : [provider.slice(0, -": ".length)] };
}

/** The filters of an export: whom and what by their names, which stand beside the words. */
function filtersTold(reason: string): Told {
  const told = reason.split(/ (?=(?:since|until|actor|device|action|outcome)=)/).map((pair) => {
    const [name, value] = [pair.slice(0, pair.indexOf("=")), pair.slice(pair.indexOf("=") + 1)];
    if (name === "actor" || name === "device") return { code: value };
    const words = own(FILTERS, name)?.(value) ?? null;
    return words === null ? { code: pair } : { words };
  });
  return { words: told.flatMap(({ words }) => words ?? []), codes: told.flatMap(({ code }) => code ?? []) };
}

const FILTERS: Readonly<Record<string, (value: string) => string | null>> = {
  // Translators: Filter of the audit log: entries of this date and time and later ones.
  since: (moment) => (isMoment(moment) ? t("From {date}", { date: formatDateTime(moment) }) : null),
  // Translators: Filter of the audit log: entries before this date and time.
  until: (moment) => (isMoment(moment) ? t("Before {date}", { date: formatDateTime(moment) }) : null),
  action: (action) => own(ACTIONS, action)?.() ?? null,
  outcome: (outcome) => own(OUTCOMES, outcome)?.() ?? null,
};

function isMoment(text: string): boolean {
  return !Number.isNaN(Date.parse(text));
}

const ROLES: Table = {
  // Translators: A role, in the audit log: people of IT support, who help others with their Macs.
  support: () => t("IT support"),
  // Translators: A role, in the audit log: who manages people and Macs.
  administrator: () => t("Administrator"),
  // Translators: A role, in the audit log: who reads the audit log.
  auditor: () => t("Auditor"),
  // Translators: In the audit log, of a person whose roles (support, administrator, auditor) were all taken away.
  "-": () => t("No role"),
};

/** What is said of everything that the portal denied for want of a right, or of what has to be there first. */
const REFUSALS: Table = {
  // Translators: Why something was denied, in the audit log: the person has no role that allows it.
  forbidden: () => t("No right to do this"),
  // Translators: Why something was denied, in the audit log: a person asked for something that is not there, or belongs to others.
  "not-found": () => t("It does not exist, or is not theirs to see"),
  // Translators: Title of an error answer to IT support: the recovery key of a Mac that somebody owns privately.
  "personal-device": () => t("This key is its owner’s alone"),
  // Translators: Title of an error answer to IT support: they have to say why they need somebody else's key.
  "reason-required": () => t("A reason is needed"),
  // Translators: Why something was denied, in the audit log: a reason is kept and shown, so no recovery key may stand in it.
  "key-out-of-place": () => t("A recovery key was typed as the reason"),
  // Translators: Why something was denied, in the audit log: somebody else gave the person a new password or a work account, and so could be the one who asks.
  "credential-reset": () => t("Their sign-in had been reset shortly before"),
  // Translators: Title of an error answer: the portal holds no recovery key for this device.
  "no-key": () => t("No key is kept"),
  // Translators: Why something was denied, in the audit log: who wants to see a key has to have signed in shortly before.
  "sign-in-again": () => t("The last sign-in was too long ago"),
  // Translators: Title of an error answer to IT support: a second person has to agree before a key is shown.
  "approval-required": () => t("A second person has to approve"),
  // Translators: Title on the page that shows a key, where it could not be shown.
  unavailable: () => t("The key can’t be shown just now"),
  // Translators: Why something was denied, in the audit log: an administrator wanted to approve what they had asked for themselves.
  "own-request": () => t("They had asked for it themselves"),
  // Translators: Title of an error answer to an administrator who approves or denies a request.
  "already-decided": () => t("This request is closed"),
};
const refusal = one(REFUSALS);

// Translators: Why somebody could not sign in, in the audit log.
const noAnswer = () => t("The work account’s server did not answer");
// Translators: Why somebody could not sign in, in the audit log: the server of the work accounts answered with an error.
const refused = () => t("The work account’s server refused");
// Translators: Why somebody could not sign in, in the audit log: it was not done on the way on which it was begun, or not in time.
const outOfDate = () => t("Signing in took too long, or it was begun in another window");
// Translators: Why somebody could not sign in, or was not signed out, in the audit log: what the server of the work accounts said was not as it must be, or somebody tampered with it.
const notTrusted = () => t("The answer of the work account’s server could not be relied on");

/** Why a provider's word about somebody came to nothing. */
const CAUSES: Table = {
  "provider-unavailable": noAnswer,
  // Translators: Why somebody could not sign in, in the audit log: the person stopped on the page of their work account.
  cancelled: () => t("They did not finish signing in"),
  "provider-refused": refused,
  "client-refused": refused,
  "state-missing": outOfDate,
  "state-unknown": outOfDate,
  "state-used": outOfDate,
  "state-expired": outOfDate,
  "another-browser": outOfDate,
  "code-refused": outOfDate,
  "session-over": outOfDate,
  "another-provider": notTrusted,
  "malformed-answer": notTrusted,
  "wrong-issuer": notTrusted,
  "wrong-audience": notTrusted,
  "wrong-algorithm": notTrusted,
  "unknown-key": notTrusted,
  "wrong-signature": notTrusted,
  "expired-token": notTrusted,
  "wrong-nonce": notTrusted,
  "wrong-token-hash": notTrusted,
  "no-logout-token": notTrusted,
  replayed: notTrusted,
  // Translators: Why somebody could not confirm that it is them, in the audit log: the server let them pass without asking for a password, say.
  "not-signed-in-again": () => t("The work account’s server did not ask them to sign in again"),
  // Translators: Why somebody could not confirm that it is them, in the audit log.
  "another-person": () => t("It was the work account of somebody else"),
  // Translators: Why somebody could not sign in, in the audit log: an administrator has ended their account.
  "person-disabled": () => t("The account has been disabled"),
  // Translators: Why somebody could not sign in, in the audit log: nobody has been given access with this work account.
  "new-person": () => t("Nobody is known here by this work account"),
  // Translators: Why somebody could not sign in, in the audit log: the organization takes only some of the work accounts, and this is another one.
  "claim-missing": () => t("This work account may not be used here"),
};
const cause = kindOf(CAUSES, (reason) => reason.replace(PROVIDER, ""));

// Translators: Title of an error answer: a field is missing, unknown, or holds something that does not fit.
const doesNotFit = () => t("Something does not fit");
// Translators: Why a report of recovery keys was refused, in the audit log: so many Macs at once that nobody knew before.
const tooManyMacs = () => t("Too many new Macs");

/** Why what a Crypt client reported was not taken. */
const NOT_TAKEN: Table = {
  "malformed serial": doesNotFit,
  "malformed secret_type": doesNotFit,
  // Translators: Title of an error answer: what was typed has not the form of a recovery key.
  "malformed recovery_password": () => t("This is not a whole recovery key"),
  // Translators: Why a reported recovery key was refused, in the audit log: one Mac can have only so many.
  "keys of one mac": () => t("Too many keys of one Mac"),
  "macs in an hour": tooManyMacs,
  "macs of nobody": tooManyMacs,
};

const OF_DENIALS: Readonly<Record<string, Reader>> = {
  "sign-in": cause,
  "sign-in-again": cause,
  "sign-out": cause,
  "key-reported": kindOf(NOT_TAKEN),
};

const OF_DEEDS: Readonly<Record<string, Reader>> = {
  // Translators: How somebody signed in, in the list of browsers in which they are: with the account of their organization or school.
  "sign-in-again": (provider) => ({ words: [t("Signed in with a work account")], codes: [provider] }),
  // Translators: Why a session ended, in the audit log: the server of the work accounts said so.
  "sign-out": (provider) => ({ words: [t("Ended by the work account’s server")], codes: [provider] }),
  rotation: one({
    // Translators: Why a Mac made a new recovery key, in the audit log: nobody asked for it, the settings say when.
    policy: () => t("As the policy has it"),
  }),
  "reveal-decided": one({
    // Translators: Title of a banner for IT support: a second person agreed that they see the key of somebody else's Mac.
    approved: () => t("Approved"),
    // Translators: Title of a banner for IT support: a second person did not agree that they see the key of somebody else's Mac.
    refused: () => t("Not approved"),
  }),
  "person-added": each(ROLES),
  "roles-changed": rolesTold,
  "device-assigned": one({
    // Translators: Value of the row "Ownership": the Mac belongs to the person who uses it.
    personal: () => t("Personal"),
    // Translators: Value of the row "Ownership": the Mac belongs to the organization.
    corporate: () => t("Corporate"),
  }),
  "report-rescued": one({
    // Translators: What happened, in the audit log: the portal sealed and kept the new recovery key of a Mac.
    "key-kept": () => t("A recovery key was kept"),
    // Translators: What became of a Mac's answer that was handed in, in the audit log: its recovery key was kept before.
    "key-known": () => t("The key was known already"),
    // Translators: What became of a Mac's answer that was handed in, in the audit log: it is encrypted for somebody else, so far.
    unopened: () => t("It could not be opened yet"),
    // Translators: What became of a Mac's answer that was handed in, in the audit log: it answers nothing that the portal asked.
    unmatched: () => t("Nobody had asked for it"),
    // Translators: Filter of the list of Macs: those of which no key is kept.
    "no-key": () => t("No key"),
  }),
  "token-added": each({
    // Translators: What another program may do with its token, in the audit log: ask whether a Mac may access what is meant for work.
    "access:read": () => t("May ask about the access of Macs"),
  }),
  "audit-exported": filtersTold,
};
