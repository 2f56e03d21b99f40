/** A rotation came to nothing: what became of the kept key, what is safe, and what to do. */
import type { Device } from "../../api";
import { Banner } from "../../components/banner";
import { SupportContact } from "../../components/support-contact";
import type { FailedState } from "../../domain/deposit";
import { t } from "../../i18n";
import { LastCheckIn } from "./help";
import { NewKeyByHand } from "./new-key";
import { makeAnother, newKeyTitle, notAccepted, outOfDate } from "./stale";
import { CheckButton } from "./status-card";
import type { CheckStatus } from "./use-check";

export interface RotationFailedProps {
  readonly device: Device;
  readonly state: FailedState;
  /** Whether the kept key may not open the disk any more. */
  readonly stale: boolean;
  readonly status: CheckStatus;
  readonly live: boolean;
}

export function RotationFailed({ device, state, stale, status, live }: RotationFailedProps) {
  if (state === "refused" || stale) return <OutOfDate state={state} live={live} />;
  return state === "undeliverable" ? <NotReached live={live} /> : <NotAnswered device={device} status={status} live={live} />;
}

function OutOfDate({ state, live }: Pick<RotationFailedProps, "state" | "live">) {
  return (
    <Banner
      kind="danger"
      title={outOfDate()}
      code="rotation-failed"
      {...(live && { role: "alert" as const })}
      below={<NewKeyByHand title={newKeyTitle()} message="rotation-failed" />}
    >
      <p>{state === "refused" ? notAccepted() : newOneMissing()}</p>
      <p>{makeAnother()}</p>
      <SupportContact />
    </Banner>
  );
}

function newOneMissing(): string {
  // Translators: In the banner where a Mac has replaced its kept key, and the new one did not come or could not be read.
  return t("Your Mac has replaced its key, and the new one did not arrive here.");
}

function NotAnswered({ device, status, live }: Pick<RotationFailedProps, "device" | "status" | "live">) {
  // Translators: Title of the banner where a Mac was asked to replace its kept key and gave no answer in time.
  const title = t("Your Mac has not answered yet");
  return (
    <Banner kind="warn" title={title} code="rotation-failed" {...(live && { role: "alert" as const })}>
      <p>
        {
          // Translators: In the banner where a Mac was asked to replace its kept key and gave no answer in time.
          t("Your Mac was asked to replace its key and has not answered. The kept keys are unchanged, and you can still get them. If your Mac answers after all, you read it here.")
        }
      </p>
      <p>
        <LastCheckIn device={device} />
      </p>
      {device.actions.includes("check") && <CheckButton status={status} />}
    </Banner>
  );
}

function NotReached({ live }: Pick<RotationFailedProps, "live">) {
  // Translators: Title of the banner where a Mac could not be asked to replace its kept key.
  const title = t("Your Mac could not be asked for a new key");
  return (
    <Banner kind="warn" title={title} code="rotation-failed" {...(live && { role: "alert" as const })}>
      <p>
        {
          // Translators: In the banner where a Mac could not be asked to replace its kept key.
          t("The kept key is unchanged and opens your Mac as before. The device management of your organization does not reach this Mac: contact support and say so, then try again.")
        }
      </p>
      <SupportContact />
    </Banner>
  );
}
