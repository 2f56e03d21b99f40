/** A key was not stored: what is safe, what to do, and help with the causes in their order. */
import type { Cause, Device } from "../../api";
import { Banner } from "../../components/banner";
import { SupportContact, supportName } from "../../components/support-contact";
import type { FailedState } from "../../domain/deposit";
import { t } from "../../i18n";
import { Help, LastCheckIn } from "./help";
import { CheckButton } from "./status-card";
import type { CheckStatus } from "./use-check";

export interface NotAcceptedProps {
  readonly device: Device;
  readonly state: FailedState;
  readonly live: boolean;
  readonly causes: readonly Cause[];
  readonly status: CheckStatus;
}

export function NotAccepted({ device, state, causes, status, live }: NotAcceptedProps) {
  return (
    <Banner
      kind="danger"
      title={TITLES[state]()}
      code="key-not-accepted"
      {...(live && { role: "alert" as const })}
      below={<Help device={device} causes={causes} status={status} />}
    >
      <p>{WHAT_TO_DO[state]()}</p>
      {device.escrowed !== null && <p>{keptBefore()}</p>}
      {state === "undeliverable" ? <SupportContact /> : <KnownRemedy device={device} causes={causes} status={status} />}
    </Banner>
  );
}

/** The remedy of a cause that the portal knows to be true, where one sees it without reading on. */
function KnownRemedy({ device, causes, status }: Pick<NotAcceptedProps, "device" | "causes" | "status">) {
  const known = causes.find((cause) => cause.known === true);
  if (known?.code === "not-checked-in" && device.actions.includes("check")) {
    return (
      <>
        <p>
          <LastCheckIn device={device} />
        </p>
        <CheckButton status={status} />
      </>
    );
  }
  return known?.code === "filevault-not-enabled" ? <FileVaultOff /> : null;
}

function FileVaultOff() {
  return (
    <>
      <p>
        {
          // Translators: In the head of the banner about a key that was not stored, where the Mac said so itself.
          t("Your Mac reports that FileVault is off.")
        }
      </p>
      <SupportContact />
    </>
  );
}

function keptBefore(): string {
  // Translators: In the banner about a key that was not stored: what is safe.
  return t("The key that was kept before is unchanged.");
}

const TITLES: Readonly<Record<FailedState, () => string>> = {
  // Translators: Title of the banner where the Mac did not accept the key.
  refused: () => t("This key could not be stored"),
  // Translators: Title of the banner where the Mac got the key and gave no answer in time.
  unanswered: () => t("This key could not be stored yet"),
  // Translators: Title of the banner where the key could not be sent to the Mac.
  undeliverable: () => t("This key could not be sent to your Mac"),
};

const WHAT_TO_DO: Readonly<Record<FailedState, () => string>> = {
  // Translators: In the banner where the Mac did not accept the key.
  refused: () => t("Check that it is the right key for this Mac and try again."),
  // Translators: In the banner where the Mac got the key and gave no answer in time, so that it may or may not have replaced it.
  unanswered: () => t("Your Mac has not answered, so it may have replaced the key all the same: the key you have on paper may no longer work. While you can unlock your Mac, make a new key and store that one. If your Mac answers after all, you read it here."),
  // Translators: In the banner where the key could not be sent to the Mac. {support} is the name of the support, or "your IT department".
  undeliverable: () => t("The device management of your organization does not reach this Mac, so your key was not tried. Contact {support} and say so; then try again.", { support: supportName() }),
};
