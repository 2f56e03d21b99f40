/** What the audit log's codes say to people. Codes are stable; one that is not known here is shown as it is. */
import { t, type Words } from "../../i18n";

export const ACTIONS: Readonly<Record<string, Words>> = {
  // Translators: What somebody did, in the audit log: signed in with a password or a work account.
  "sign-in": () => t("Signed in"),
  // Translators: What somebody did, in the audit log: signed in again, for what needs a fresh sign-in.
  "sign-in-again": () => t("Signed in once more"),
  // Translators: What somebody did, in the audit log.
  "sign-out": () => t("Signed out"),
  // Translators: What somebody did, in the audit log: typed a recovery key and saved it.
  deposit: () => t("Saved a recovery key"),
  // Translators: What somebody did, in the audit log: had the Mac replace its recovery key.
  rotation: () => t("Had the recovery key replaced"),
  // Translators: What happened, in the audit log: the portal sealed and kept the new recovery key of a Mac.
  "key-kept": () => t("A recovery key was kept"),
  // Translators: What happened, in the audit log: the Crypt client (a program on the Mac; a name) reported the key of its Mac.
  "key-reported": () => t("A Crypt client reported a recovery key"),
  // Translators: What somebody did, in the audit log: took over a recovery key from another system, such as Crypt's server.
  "key-imported": () => t("Took over a recovery key from another system"),
  // Translators: What happened, in the audit log: a Mac sent the recovery key that another Mac has.
  "key-of-another-mac": () => t("A Mac sent the recovery key of another Mac"),
  // Translators: What somebody did, in the audit log: had a recovery key shown.
  reveal: () => t("Saw a recovery key"),
  // Translators: What somebody did, in the audit log: asked a second person for leave to see a recovery key.
  "reveal-requested": () => t("Asked for leave to see a recovery key"),
  // Translators: What somebody did, in the audit log: approved or refused that another person sees a recovery key.
  "reveal-decided": () => t("Decided on leave to see a recovery key"),
  // Translators: What somebody did, in the audit log: asked the owner of a Mac to store its recovery key.
  "store-asked": () => t("Asked to store the recovery key"),
  // Translators: What somebody tried, in the audit log: look at the Mac of somebody else.
  see: () => t("Looked at a device"),
  // Translators: What somebody tried, in the audit log: search among the Macs of others.
  search: () => t("Searched for devices"),
  // Translators: What somebody tried, in the audit log: change accounts, rules or access of other programs.
  manage: () => t("Managed people, policy or tokens"),
  // Translators: What somebody did, in the audit log: asked the Mac to check in.
  check: () => t("Checked the status of a device"),
  // Translators: What somebody did, in the audit log.
  rename: () => t("Gave a device another name"),
  // Translators: What somebody did, in the audit log: added an account for a person.
  "person-added": () => t("Added a person"),
  // Translators: What somebody did, in the audit log: ended the account of a person.
  "person-disabled": () => t("Disabled a person"),
  // Translators: What somebody did, in the audit log: set the password of an account.
  "password-set": () => t("Set a password"),
  // Translators: What somebody did, in the audit log: gave another person a new password.
  "password-reset": () => t("Gave a person a new password"),
  // Translators: What somebody did, in the audit log: made a link with which a person sets their password.
  "password-link-made": () => t("Made a link to set a password"),
  // Translators: What somebody did or tried, in the audit log: set a password by a link that they were given.
  "password-link-used": () => t("Set a password by a link"),
  // Translators: What somebody did, in the audit log: changed their own password.
  "password-changed": () => t("Changed their password"),
  // Translators: What somebody did, in the audit log: had a work account sign in as a person of the portal.
  "account-connected": () => t("Connected a work account with a person"),
  // Translators: What happened, in the audit log: the server of the work accounts gave a person other rights in the portal.
  "roles-changed": () => t("The roles of a person changed"),
  // Translators: What somebody did, in the audit log: made a passkey with which they sign in from now on.
  "passkey-added": () => t("Added a passkey"),
  // Translators: What somebody did, in the audit log.
  "passkey-removed": () => t("Removed a passkey"),
  // Translators: What happened, in the audit log: a passkey counts how often it was used, and it counted too low; so there may be a copy of it.
  "passkey-copied": () => t("Used a passkey that may be a copy"),
  // Translators: What somebody did, in the audit log: said whose Mac it is, or whether it is personal or corporate.
  "device-assigned": () => t("Gave a device to a person"),
  // Translators: What happened, in the audit log: a Mac claimed to be another, and gets no keys until somebody has looked at it.
  "device-quarantined": () => t("A device was put in quarantine"),
  // Translators: What somebody did, in the audit log: ended the quarantine of a Mac.
  "device-confirmed": () => t("Confirmed a device"),
  // Translators: What somebody did, in the audit log: made the certificate that Macs encrypt their recovery keys to.
  "certificate-made": () => t("Made a certificate"),
  // Translators: What somebody did, in the audit log: handed the portal a Mac's answer that had been lost.
  "report-rescued": () => t("Handed in a lost answer of a Mac"),
  // Translators: What somebody did, in the audit log: made a token with which another program may ask the portal.
  "token-added": () => t("Made an API token"),
  // Translators: What somebody did, in the audit log.
  "token-revoked": () => t("Revoked an API token"),
  // Translators: What happened, in the audit log: the portal was started with other settings of its policy than before.
  "policy-changed": () => t("The policy changed"),
  // Translators: What somebody tried, in the audit log: read the audit log itself.
  "audit-read": () => t("Read the audit log"),
  // Translators: What somebody did, in the audit log: saved the audit log as a file.
  "audit-exported": () => t("Exported the audit log"),
};

export function actionWords(action: string): string {
  return own(ACTIONS, action)?.() ?? action;
}

export const OUTCOMES: Readonly<Record<string, Words>> = {
  // Translators: How it ended, in the audit log: it was done.
  done: () => t("Done"),
  // Translators: How it ended, in the audit log: the portal did not allow it.
  denied: () => t("Denied"),
};

/** Anything may stand in the log: what every object has is no code. */
export function own<Value>(table: Readonly<Record<string, Value>>, code: string): Value | null {
  return (Object.hasOwn(table, code) ? table[code] : undefined) ?? null;
}
