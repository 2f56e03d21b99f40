/** A kept key that may not open the disk any more: what the Mac told, what is safe, and what to do. */
import type { ComponentChildren } from "preact";
import type { StaleCause } from "../../api";
import { Banner } from "../../components/banner";
import { SupportContact } from "../../components/support-contact";
import { t } from "../../i18n";
import { NewKeyByHand } from "./new-key";

export interface StaleKeyProps {
  readonly cause: StaleCause;
  /** Whether the other key is kept as well, as a program on the Mac reported it. */
  readonly otherIsKept: boolean;
  readonly live: boolean;
}

export function StaleKey({ cause, otherIsKept, live }: StaleKeyProps) {
  const byHand = cause === "filevault-off" ? null : <NewKeyByHand title={newKeyTitle()} message="rotation-failed" />;
  return (
    <Banner kind="warn" icon="help" title={TITLES[cause]()} code={`stale-${cause}`} below={byHand} {...(live && { role: "status" as const })}>
      <p>{WHAT_THE_MAC_TOLD[cause]()}</p>
      {cause === "rotated-elsewhere" && otherIsKept && (
        <p>
          {
            // Translators: In the banner about a kept key that may be out of date. “Get recovery key” is the name of a button on the same page.
            t("A program on your Mac reported the other one, and it is kept as well: “Get recovery key” shows both.")
          }
        </p>
      )}
      <p>{cause === "filevault-off" ? encryptAgain() : makeAnother()}</p>
      {cause === "filevault-off" && <SupportContact />}
    </Banner>
  );
}

export function newKeyTitle(): ComponentChildren {
  // Translators: Title above the steps for making a new recovery key by hand.
  return t("How to make a new key");
}

/** What is safe, and what to do, where the Mac has another key. */
export function makeAnother(): string {
  // Translators: In the banner where a Mac did not accept the kept key.
  return t("The kept keys are unchanged, and you can still get them. While you can unlock your Mac, make a new key on it and store that one here.");
}

export function outOfDate(): string {
  // Translators: Title of the banner where a Mac did not accept the key that is kept for it.
  return t("The kept key may be out of date");
}

export function notAccepted(): string {
  // Translators: In the banner where a Mac did not accept the key that is kept for it.
  return t("Your Mac did not accept the key that is kept for it. It may have got another key since.");
}

function encryptAgain(): string {
  // Translators: In the banner about a Mac that is not encrypted any more. System Settings and “Privacy & Security” are names in macOS.
  return t("The kept keys stay here: a disk that you restore from a backup may need one. Switch FileVault on again in System Settings, under Privacy & Security. Your Mac then shows a new key; store that one here.");
}

const TITLES: Readonly<Record<StaleCause, () => string>> = {
  "rotated-elsewhere": outOfDate,
  // Translators: Title of the banner about a Mac that has a kept key and is not encrypted any more. FileVault is Apple's disk encryption.
  "filevault-off": () => t("FileVault was switched off"),
  // Translators: Title of the banner about a Mac whose recovery key was taken away, though one is kept in the portal.
  "no-recovery-key": () => t("This Mac has no recovery key any more"),
  "rotation-failed": outOfDate,
};

const WHAT_THE_MAC_TOLD: Readonly<Record<StaleCause, () => string>> = {
  // Translators: In the banner about a kept key that may be out of date.
  "rotated-elsewhere": () => t("Your Mac tells of another recovery key than the one that is kept here."),
  // Translators: In the banner about a Mac that is not encrypted any more.
  "filevault-off": () => t("Your Mac reports that its disk is not encrypted now, so there is nothing that the kept key could open."),
  // Translators: In the banner about a Mac whose recovery key was taken away.
  "no-recovery-key": () => t("Your Mac reports that its recovery key was removed, so the kept key no longer opens it."),
  "rotation-failed": notAccepted,
};
