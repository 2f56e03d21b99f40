/** Working on it: the steps, what to keep until then, and that one may leave. */
import type { Deposit, Device } from "../../api";
import { Moment } from "../../components/moment";
import { Note } from "../../components/note";
import { Progress } from "../../components/progress";
import type { Step } from "../../domain/deposit";
import { formatTime, t, tx } from "../../i18n";

export interface WorkingProps {
  readonly deposit: Deposit;
  readonly device: Device;
  readonly step: Step;
  readonly waitsForMac: boolean;
}

export function Working({ deposit, device, step, waitsForMac }: WorkingProps) {
  return (
    <>
      <section class="card card-padded working" data-message="working">
        <h2>
          {
            // Translators: Title while the Mac verifies and replaces a key that was just saved.
            t("We are working on your key")
          }
        </h2>
        <p class="small muted">{waitsForMac ? <Waiting deposit={deposit} device={device} /> : <Started at={deposit.created_at} />}</p>
        <Progress step={step} waitsForMac={waitsForMac} />
      </section>
      <Note icon="key">
        {
          // Translators: Beside a key icon. {keep} is the next text, in bold.
          tx("{keep} Until then the old one may still be needed.", {
            keep: (
              <b>
                {
                  // Translators: First, bold sentence of the reminder: the key that the person has on paper.
                  t("Keep your key until you read here that it was updated.")
                }
              </b>
            ),
          })
        }
      </Note>
      <p class="muted">
        {
          // Translators: Below the three steps of storing a key.
          t("You may close this page. The outcome is here when you come back, on your phone too.")
        }
      </p>
    </>
  );
}

function Started({ at }: { readonly at: string }) {
  // Translators: Below the title "We are working on your key". {time} is a time of day.
  return <>{t("Started at {time}. This usually takes a few minutes.", { time: formatTime(at) })}</>;
}

function Waiting({ deposit, device }: Pick<WorkingProps, "deposit" | "device">) {
  if (device.last_check_in === null) {
    // Translators: While the portal waits for a Mac that never talked to it.
    return <>{t("We are waiting for your Mac. Switch it on and connect it to the internet; then it goes on by itself.")}</>;
  }
  const time = <Moment time={device.last_check_in} />;
  if (deposit.device_checked_in_since === true) {
    // Translators: While the Mac postpones its answer. {time} is like "2 minutes ago".
    return <>{tx("Your Mac is busy and answers later. It last checked in {time}. It goes on by itself.", { time })}</>;
  }
  // Translators: While the portal waits for the Mac. {time} is like "12 days ago" or "yesterday, 17:40".
  const waiting = tx("We are waiting for your Mac. It last checked in {time}. Switch it on and connect it to the internet; then it goes on by itself.", { time });
  return <>{waiting}</>;
}
