/** Device details: how things stand with the key of one Mac, and what its owner can do. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Deposit, Device, KeyVersion } from "../../api";
import { Dock } from "../../components/dock";
import { PageError } from "../../components/page-error";
import { PageHeading } from "../../components/page-heading";
import { age, underWay, view, type View } from "../../domain/deposit";
import { t } from "../../i18n";
import { catchUp } from "../../state";
import { isOwn, type OneDevice, useDevice } from "../../state/device";
import { useVersions } from "../../state/versions";
import { AssistedDevice } from "./assisted";
import { DetailsCard } from "./details-card";
import "./device.css";
import { KeyCard } from "./key-card";
import { NotAccepted } from "./not-stored";
import { canRotate } from "./rotate";
import { RotationFailed } from "./rotation-failed";
import { StaleKey } from "./stale";
import { StatusCard } from "./status-card";
import { Updated } from "./updated";
import { type CheckStatus, useCheck } from "./use-check";
import { type Followed, useDeposit } from "./use-deposit";
import { primaryWay, type Way, WayLink, waysOf } from "./ways";
import { Working } from "./working";

export function DevicePage({ id }: { readonly id: string }) {
  const one = useDevice(id);
  const device = one.device.value;
  const begun = useSignal("");
  const onRotation = (rotation: Deposit) => {
    if (device !== null) one.put({ ...device, deposit: rotation });
    begun.value = rotation.id;
  };
  // A rotation that begins here is followed from its beginning, as on arrival from the page that stores a key.
  if (device !== null && !isOwn(device)) return <AssistedDevice key={begun.value} one={one} device={device} onRotation={onRotation} />;
  if (device !== null) return <Known key={begun.value} one={one} device={device} onRotation={onRotation} />;
  return one.error.value === null ? null : <PageError error={one.error.value} onRetry={() => void one.reload()} />;
}

export interface KnownProps {
  readonly one: OneDevice;
  readonly device: Device;
  readonly onRotation: (rotation: Deposit) => void;
}

function Known({ one, device, onRotation }: KnownProps) {
  const versions = useVersions(device.id, keptState(device)).value;
  // The toasts of the whole app go with what happened here.
  const known = () => one.device.peek()?.deposit ?? null;
  const followed = useDeposit(device.id, known, () => void Promise.all([one.reload(), catchUp()]));
  const status = useCheck(device.id, () => void one.reload());
  const { deposit, since, at } = followed.value ?? unfollowed(device.deposit);
  const shown = view(deposit, age(deposit, since, at), device.stale);
  const ways = waysOf(device, shown, device.escrowed !== null || versions.length > 0);
  const primary = primaryWay(shown, ways);
  const keyCard = (
    <KeyCard
      device={device}
      versions={versions}
      ways={ways.filter((way) => way !== primary)}
      onRotation={canRotate(device, shown) ? onRotation : null}
    />
  );
  const keyIsTheMatter = shown.shows === "nothing" || shown.shows === "updated";
  return (
    <div class="column">
      <Head device={device} primary={shown.shows === "updated" ? null : primary} />
      <div class="with-aside">
        <div class="stack device-main">
          <Outcome
            device={device}
            deposit={deposit}
            versions={versions}
            shown={shown}
            status={status}
            live={useSeenUnderWay(deposit)}
            primary={primary}
          />
          {keyIsTheMatter && keyCard}
        </div>
        <div class="stack">
          <StatusCard device={device} status={status} />
          {!keyIsTheMatter && keyCard}
          <DetailsCard device={device} onRenamed={one.put} />
        </div>
      </div>
    </div>
  );
}

interface HeadProps {
  readonly device: Device;
  readonly primary: Way | null;
}

function Head({ device, primary }: HeadProps) {
  return (
    <PageHeading
      title={device.name}
      // Translators: Link back to the list of the person's Macs, and name of that page. Fixed name.
      back={{ href: "/devices", label: t("Devices") }}
      meta={[device.model && <bdi>{device.model}</bdi>, serial(device)].filter(Boolean)}
      action={
        primary && (
          <Dock>
            <WayLink device={device} way={primary} primary />
          </Dock>
        )
      }
    />
  );
}

function serial(device: Device): ComponentChildren {
  return (
    device.serial && (
      <span class="ltr" translate={false}>
        {device.serial}
      </span>
    )
  );
}

/** What the list of devices knew, until the deposit itself is asked for. */
function unfollowed(deposit: Deposit | null): Followed {
  const now = Date.now();
  return { deposit, since: now, at: now };
}

/** What is kept changes with each key and each deposit; who may see no key asks for none. */
function keptState({ actions, escrowed, deposit }: Device): string | null {
  return actions.includes("reveal") ? `${escrowed?.version} ${deposit?.id} ${deposit?.state}` : null;
}

/** Whether the outcome came while the page was open, so that it has to be said. */
function useSeenUnderWay(deposit: Deposit | null): boolean {
  const seen = useSignal(false);
  const isUnderWay = underWay(deposit);
  useEffect(() => {
    if (isUnderWay) seen.value = true;
  }, [isUnderWay]);
  return seen.value;
}

interface OutcomeProps {
  readonly device: Device;
  readonly deposit: Deposit | null;
  readonly versions: readonly KeyVersion[];
  readonly shown: View;
  readonly status: CheckStatus;
  readonly live: boolean;
  readonly primary: Way | null;
}

function Outcome({ device, deposit, versions, shown, status, live, primary }: OutcomeProps): ComponentChildren {
  const otherIsKept = versions.some((version) => version.may_be_newer);
  switch (shown.shows) {
    case "nothing":
      return null;
    case "progress":
      return deposit && <Working deposit={deposit} device={device} step={shown.step} waitsForMac={shown.waitsForMac} />;
    case "updated":
      return <Updated device={device} live={live} primary={primary} />;
    case "not-accepted":
      return (
        <>
          <NotAccepted device={device} state={shown.state} causes={shown.causes} status={status} live={live} />
          {device.stale && <StaleKey cause={device.stale} otherIsKept={otherIsKept} live={false} />}
        </>
      );
    case "rotation-failed":
      return <RotationFailed device={device} state={shown.state} stale={shown.stale} status={status} live={live} />;
    case "stale":
      return <StaleKey cause={shown.cause} otherIsKept={otherIsKept} live={live} />;
  }
}
