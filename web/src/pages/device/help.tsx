/** Help with a key that was not stored: three causes in fixed order, the known ones marked with their remedy; then the way by hand. */
import type { ComponentChildren } from "preact";
import type { Cause, CauseCode, Device } from "../../api";
import { Icon } from "../../components/icon";
import { Moment } from "../../components/moment";
import { SupportContact, supportName } from "../../components/support-contact";
import { formatDateTime, formatNumber, t, tx } from "../../i18n";
import { NewKeyByHand } from "./new-key";
import { CheckButton } from "./status-card";
import type { CheckStatus } from "./use-check";

export interface HelpProps {
  readonly device: Device;
  readonly causes: readonly Cause[];
  readonly status: CheckStatus;
}

const ORDER: readonly CauseCode[] = ["wrong-key", "not-checked-in", "filevault-not-enabled"];

export function Help({ device, causes, status }: HelpProps) {
  const known = (code: CauseCode) => causes.some((cause) => cause.code === code && cause.known === true);
  return (
    <details class="help" open>
      <summary class="help-summary">
        {
          // Translators: Opens the help below the banner about a key that was not stored.
          t("What may be the matter?")
        }
        <Icon name="down" />
      </summary>
      <ol class="help-causes">
        {ORDER.map((code, at) => (
          <CauseItem key={code} number={at + 1} title={TITLES[code](known(code))} known={known(code)}>
            {REMEDIES[code]({ device, status })}
          </CauseItem>
        ))}
      </ol>
      <NewKeyByHand title={stillNotTitle()} message="key-not-accepted" />
    </details>
  );
}

interface CauseItemProps {
  readonly number: number;
  readonly title: string;
  readonly known: boolean;
  readonly children: ComponentChildren;
}

function CauseItem({ number, title, known, children }: CauseItemProps) {
  return (
    <li class={known ? "help-cause help-cause-known" : "help-cause"}>
      <span class="help-number" aria-hidden="true">
        {formatNumber(number)}
      </span>
      <div class="help-words">
        {known && (
          <p class="help-known">
            <Icon name="done" size={18} />
            {
              // Translators: Marks a possible cause that the portal knows to be true for this Mac.
              t("This is so for your Mac")
            }
          </p>
        )}
        <h3>{title}</h3>
        {children}
      </div>
    </li>
  );
}

function stillNotTitle(): string {
  // Translators: Title of the last part of the help: what to do when nothing above helped.
  return t("Still not stored after that?");
}

const TITLES: Readonly<Record<CauseCode, (known: boolean) => string>> = {
  // Translators: First possible cause why a key was not stored.
  "wrong-key": () => t("The key may be wrong"),
  "not-checked-in": (known) =>
    known
      ? // Translators: Second possible cause why a key was not stored, where it is known to be so.
        t("Your Mac has not checked in for a while")
      : // Translators: Second possible cause why a key was not stored.
        t("Your Mac may not have checked in for a while"),
  "filevault-not-enabled": (known) =>
    known
      ? // Translators: Third possible cause why a key was not stored, where it is known to be so. FileVault is Apple's disk encryption.
        t("FileVault is not enabled for this Mac")
      : // Translators: Third possible cause why a key was not stored. FileVault is Apple's disk encryption.
        t("Your organization may not have FileVault enabled"),
};

const REMEDIES: Readonly<Record<CauseCode, (props: Omit<HelpProps, "causes">) => ComponentChildren>> = {
  "wrong-key": () => (
    <p class="small">
      {
        // Translators: Remedy of the first possible cause.
        t("Put the key of this Mac beside it, compare group by group, and enter it again.")
      }
    </p>
  ),
  "not-checked-in": (props) => <CheckIn {...props} />,
  "filevault-not-enabled": ({ device }) => <AskSupport device={device} />,
};

function CheckIn({ device, status }: Omit<HelpProps, "causes">) {
  return (
    <>
      <p class="small">
        <LastCheckIn device={device} />{" "}
        {
          // Translators: Remedy of the second possible cause. “Status” and “Check status” are fixed names: of a card on this page, and of the button in it and right below.
          t("Switch your Mac on, connect it to the internet and select Status > Check status. Then try again.")
        }
      </p>
      {device.actions.includes("check") && <CheckButton status={status} />}
    </>
  );
}

/** When the Mac last checked in: how long ago, and the date in full. */
export function LastCheckIn({ device }: { readonly device: Device }) {
  const time = device.last_check_in;
  if (time === null) {
    // Translators: In the help: the Mac has never talked to the device management.
    return <>{t("Your Mac has not checked in so far.")}</>;
  }
  const ago = (
    <b>
      <Moment time={time} />
    </b>
  );
  // Translators: In the help. {ago} is like "12 days ago", {date} is the date and time in full.
  return <>{tx("Your Mac’s last check-in: {ago} ({date}).", { ago, date: formatDateTime(time) })}</>;
}

function AskSupport({ device }: { readonly device: Device }) {
  return (
    <>
      <p class="small">
        {
          // Translators: Remedy of the third possible cause: what to tell support. {support} is its name, or "your IT department".
          tx("Contact {support} and say: my Mac was synced, but the key still can’t be stored.", { support: <bdi>{supportName()}</bdi> })
        }
      </p>
      <ForSupport device={device} />
      <SupportContact />
    </>
  );
}

/** What the Mac told that means something to support. It is no cause by itself: a key can be stored all the same. */
function ForSupport({ device }: { readonly device: Device }) {
  const facts = [
    // Translators: In the help, what to tell support as well: the Mac said that no personal recovery key exists on it.
    device.encrypted !== false && device.has_recovery_key === false && t("this Mac says that it has no personal recovery key"),
    // Translators: In the help, what to tell support as well. The escrow profile has a Mac hand each new key to the organization.
    device.escrows_by_itself === false && t("this Mac hands us no key by itself: its escrow profile is missing, or newer than its key"),
  ].filter((fact) => fact !== false);
  if (facts.length === 0) return null;
  return (
    <>
      <p class="small">
        {
          // Translators: In the help, before a list of one or two things.
          t("Tell them this too:")
        }
      </p>
      <ul class="small help-facts">
        {facts.map((fact) => (
          <li key={fact}>{fact}</li>
        ))}
      </ul>
    </>
  );
}
