/** Somebody else's Mac, as those who help its owner see it. What they may do is what the portal offers them. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { api, ApiProblem, type Deposit, type Device, isAbort, type RevealRequest } from "../../api";
import { ApprovalBanner } from "../../components/approval";
import { Button, type ButtonKind, ButtonLink } from "../../components/button";
import { Card } from "../../components/card";
import { Chip } from "../../components/chip";
import { type Definition, DefinitionList } from "../../components/definition-list";
import { Icon } from "../../components/icon";
import { Moment } from "../../components/moment";
import { OwnersAloneNote } from "../../components/owners-alone";
import { PageHeading } from "../../components/page-heading";
import { age, view } from "../../domain/deposit";
import { keyState } from "../../domain/key-state";
import { t, tx } from "../../i18n";
import { names } from "../../i18n/names";
import { useOwnRequest } from "../../state/request";
import { lastSearch } from "../../state/search";
import { DetailsCard } from "./details-card";
import { History } from "./history";
import type { KnownProps } from "./index";
import { OthersRotationFailed } from "./others-rotation";
import { canRotate, RotateKey } from "./rotate";
import { StatusCard } from "./status-card";
import { useCheck } from "./use-check";
import { useDeposit } from "./use-deposit";

export function AssistedDevice({ one, device, onRotation }: KnownProps) {
  const known = () => one.device.peek()?.deposit ?? null;
  const followed = useDeposit(device.id, known, () => void one.reload());
  const status = useCheck(device.id, () => void one.reload());
  const deposit = followed.value?.deposit ?? device.deposit;
  const now = Date.now();
  const shown = view(deposit, age(deposit, now, now), device.stale);
  const request = useOwnRequest(device.id, device.actions.includes("reveal")).request.value ?? null;
  return (
    <div class="column">
      <Head device={device} />
      <div class="with-aside">
        <div class="stack device-main">
          {request !== null && isNews(request, Date.now()) && <OwnRequestBanner device={device} request={request} />}
          {shown.shows === "rotation-failed" && <OthersRotationFailed state={shown.state} stale={shown.stale} />}
          {device.actions.includes("reveal") || device.ownership === "corporate" ? null : <OwnersAloneNote />}
          <KeyCard device={{ ...device, deposit }} rotates={canRotate(device, shown)} approved={request?.state === "approved"} onRotation={onRotation} />
          {device.actions.includes("history") && <History id={device.id} news={`${deposit?.id} ${deposit?.state}`} />}
        </div>
        <div class="stack">
          <StatusCard device={device} status={status} />
          <DetailsCard device={device} onRenamed={one.put} />
        </div>
      </div>
    </div>
  );
}

function Head({ device }: { readonly device: Device }) {
  return (
    <PageHeading
      title={device.name}
      // Translators: Fixed name of the page where IT support finds Macs and helps their owners.
      back={{ href: lastSearch.value, label: t("Support desk") }}
      meta={[ownerWords(device), device.model && <bdi>{device.model}</bdi>, serial(device)].filter(Boolean)}
    />
  );
}

/** Milliseconds for which what came of a request is told. */
const NEWS = 24 * 60 * 60_000;

/** How the person's own request to see the key stands, while that matters. */
function OwnRequestBanner({ device, request }: { readonly device: Device; readonly request: RevealRequest }) {
  return <ApprovalBanner request={request}>{request.state === "approved" && <GetKey device={device} kind="primary" />}</ApprovalBanner>;
}

function isNews({ state, decided_at, until }: RevealRequest, now: number): boolean {
  if (state === "asked" || state === "approved") return true;
  const ended = state === "denied" ? decided_at : until;
  return ended !== null && now - Date.parse(ended) < NEWS;
}

function GetKey({ device, kind = "quiet" }: { readonly device: Device; readonly kind?: ButtonKind }) {
  return (
    <ButtonLink kind={kind} icon="key" href={`/devices/${encodeURIComponent(device.id)}/key`}>
      {names.getRecoveryKey()}
    </ButtonLink>
  );
}

function ownerWords({ owner }: Device): ComponentChildren {
  // Translators: Under the name of a Mac that was given to no person.
  if (owner === null) return t("Belongs to nobody");
  // Translators: Under the name of somebody else's Mac. {name} is the person whose Mac it is.
  return tx("Mac of {name}", { name: <bdi>{owner.name}</bdi> });
}

function serial({ serial: number }: Device): ComponentChildren {
  return (
    number && (
      <span class="ltr" translate={false}>
        {number}
      </span>
    )
  );
}

interface KeyCardProps {
  readonly device: Device;
  /** Whether the way to the key stands above already. */
  readonly approved: boolean;
  readonly rotates: boolean;
  readonly onRotation: (rotation: Deposit) => void;
}

function KeyCard({ device, approved, rotates, onRotation }: KeyCardProps) {
  return (
    <Card title={names.recoveryKey()}>
      <p>
        <Chip state={keyState(device)} />
      </p>
      {device.escrowed && <DefinitionList items={kept(device.escrowed)} />}
      <div class="assisted-ways">
        {device.actions.includes("reveal") && device.escrowed && !approved && <GetKey device={device} />}
        {rotates && <RotateKey device={device} onBegun={onRotation} />}
      </div>
      {device.actions.includes("ask") && <AskToStore device={device} />}
    </Card>
  );
}

function kept({ since }: NonNullable<Device["escrowed"]>): readonly Definition[] {
  // Translators: Row: since when the present key is kept in the portal.
  return [{ term: t("Kept since"), value: <Moment time={since} as="date" alone /> }];
}

/** Of use only where there is somebody to ask, and something to store. */
function AskToStore({ device }: { readonly device: Device }) {
  const asked = useSignal(false);
  const busy = useSignal(false);
  const error = useSignal<unknown>(null);
  const state = keyState(device);
  if (device.owner === null || state === "kept" || state === "working") return null;
  const send = async () => {
    busy.value = true;
    error.value = null;
    try {
      await api.askToStore(device.id);
      asked.value = true;
    } catch (reason) {
      if (!isAbort(reason)) error.value = reason;
    } finally {
      busy.value = false;
    }
  };
  return (
    <>
      <Button icon="bubble" busy={busy.value} onClick={() => void send()}>
        {
          // Translators: Button for IT support: sends the owner of a Mac a message that asks them to store its recovery key.
          t("Ask to store the key")
        }
      </Button>
      <div role="status" class="check-outcome">
        {asked.value && (
          <p class="small">
            {
              // Translators: Below "Ask to store the key", once it was done. {name} is the person whose Mac it is.
              tx("We have asked {name} to store the key.", { name: <bdi>{device.owner.name}</bdi> })
            }
          </p>
        )}
      </div>
      {error.value !== null && (
        <p class="field-error" role="alert">
          <Icon name="alert" />
          <span>{askError(error.value)}</span>
        </p>
      )}
    </>
  );
}

function askError(error: unknown): string {
  if (error instanceof ApiProblem && error.detail !== "") return error.detail;
  // Translators: Below "Ask to store the key" where the portal could not be reached.
  return t("Nobody could be asked just now. Check your internet connection and try again.");
}
