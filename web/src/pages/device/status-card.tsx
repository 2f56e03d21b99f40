/** Status: when the Mac last checked in, what it may access, and the button that asks it. */
import type { ReadonlySignal } from "@preact/signals";
import { ApiProblem, type Check, type Device } from "../../api";
import { Button } from "../../components/button";
import { Card } from "../../components/card";
import { DefinitionList } from "../../components/definition-list";
import { Moment } from "../../components/moment";
import { formatTime, t, tx } from "../../i18n";
import { isOwn } from "../../state/device";
import { accessWords } from "./access";
import { AccessOutcome, callsForAction } from "./access-outcome";
import type { CheckStatus } from "./use-check";

export function StatusCard({ device, status }: { readonly device: Device; readonly status: CheckStatus }) {
  const own = isOwn(device);
  // Translators: Title of the card with the state of a Mac, and part of the fixed path "Status > Check status".
  const title = t("Status");
  // Translators: Row: when the Mac last talked to the organization's device management.
  const lastCheckIn = t("Last check-in");
  // Translators: Row: whether the Mac may use what is meant for work (mail, files, network).
  const access = t("Access");
  return (
    <Card title={title}>
      <DefinitionList
        items={[
          { term: lastCheckIn, value: <LastCheckIn time={device.last_check_in} /> },
          { term: access, value: accessWords(device.access) },
        ]}
      />
      {device.actions.includes("check") && <CheckButton status={status} wide own={own} />}
      {own ? <Outcome device={device} status={status} /> : <AssistedOutcome status={status} />}
    </Card>
  );
}

function LastCheckIn({ time }: { readonly time: string | null }) {
  if (time !== null) return <Moment time={time} as="exact" alone />;
  // Translators: Value of the row "Last check-in" of a Mac that has not talked to the device management so far.
  return <>{t("Not yet")}</>;
}

/** The button, wherever it stands; all of them are the same check. */
export function CheckButton({ status, wide = false, own = true }: { readonly status: CheckStatus; readonly wide?: boolean; readonly own?: boolean }) {
  return (
    <Button icon="refresh" wide={wide} busy={status.asking.value} onClick={status.ask}>
      {checkWords(status.asking, own)}
    </Button>
  );
}

function checkWords(asking: ReadonlySignal<boolean>, own: boolean): string {
  // Translators: Button, fixed name: asks the Mac to check in, and says whether it may access what is meant for work.
  if (!asking.value) return t("Check status");
  // Translators: On the button "Check status" while the Mac is being asked.
  if (own) return t("Asking your Mac…");
  // Translators: On the button "Check status", to IT support, while somebody else's Mac is being asked.
  return t("Asking the Mac…");
}

function Outcome({ device, status }: { readonly device: Device; readonly status: CheckStatus }) {
  const check = status.check.value;
  const settled = !status.asking.value && status.error.value === null && check !== null;
  return (
    <>
      <div class="check-outcome" role="status">
        {status.asking.value && <Asking check={check} />}
        {status.error.value !== null && <p class="small">{problemWords(status.error.value)}</p>}
        {settled && check.state === "unanswered" && <Unanswered check={check} />}
        {settled && <AccessOutcome access={check.access} remedy={check.remedy} />}
      </div>
      {!settled && callsForAction(device.access) && <AccessOutcome access={device.access} remedy={device.remedy} />}
    </>
  );
}

function Asking({ check }: { readonly check: Check | null }) {
  return (
    <p class="small muted">
      {check === null
        ? // Translators: Below "Check status" while the Mac is being asked.
          t("We asked your Mac to check in. This can take a minute.")
        : // Translators: Below "Check status" while the Mac is awaited. Both are times of day; after {until} the wait is over.
          t("We asked your Mac at {time} to check in, and wait for its answer until {until}. You may leave this page.", {
            time: formatTime(check.created_at),
            until: formatTime(check.waits_until),
          })}
    </p>
  );
}

function Unanswered({ check }: { readonly check: Check }) {
  const time = check.last_check_in;
  return (
    <div class="check-unanswered small">
      <p>
        <b>
          {
            // Translators: Outcome of "Check status" where the Mac gave no sign in time; first, bold sentence.
            t("Your Mac did not answer.")
          }
        </b>{" "}
        {time === null
          ? // Translators: In the outcome of "Check status": the Mac has never talked to the device management.
            t("It has not checked in so far.")
          : // Translators: In the outcome of "Check status". {time} is like "12 days ago" or "yesterday, 17:40".
            tx("Its last check-in: {time}.", { time: <Moment time={time} /> })}
      </p>
      <p>
        {
          // Translators: In the outcome of "Check status": why there may be no answer, and what to do.
          t("It may be asleep, switched off or without internet. Switch it on, connect it to the internet and check again. If it answers later, that counts as well.")
        }
      </p>
    </div>
  );
}

/** Of these the portal's own words say what to do. */
const TOLD_AS_THEY_ARE: ReadonlySet<string> = new Set(["forbidden", "not-found", "too-many-attempts"]);

function problemWords(error: unknown): string {
  if (error instanceof ApiProblem && TOLD_AS_THEY_ARE.has(error.code)) return error.detail;
  // Translators: Below "Check status" where the portal could not be reached.
  return t("Your Mac could not be asked just now. Try again in a moment.");
}

/** What support is told of the check of somebody else's Mac. */
function AssistedOutcome({ status }: { readonly status: CheckStatus }) {
  const words = assistedWords(status.check.value, status.error.value);
  return (
    <div class="check-outcome" role="status">
      {status.asking.value && (
        <p class="small muted">
          {
            // Translators: Below "Check status", to IT support, while somebody else's Mac is being asked.
            t("We asked the Mac to check in. This can take a minute.")
          }
        </p>
      )}
      {!status.asking.value && words !== null && <p class="small">{words}</p>}
    </div>
  );
}

function assistedWords(check: Check | null, error: unknown): string | null {
  if (error instanceof ApiProblem && TOLD_AS_THEY_ARE.has(error.code)) return error.detail;
  if (error !== null) {
    // Translators: Below "Check status", to IT support, where the portal could not be reached.
    return t("The Mac could not be asked just now. Try again in a moment.");
  }
  if (check === null) return null;
  // Translators: Outcome of "Check status", to IT support. The row "Access" stands above it.
  if (check.state === "answered") return t("The Mac has checked in. Its access is shown above.");
  // Translators: Outcome of "Check status", to IT support, where the Mac gave no sign in time.
  return t("The Mac did not answer. It has to be switched on and connected to the internet.");
}
