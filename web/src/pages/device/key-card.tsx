/** What the portal keeps for a Mac: since when, how it came here, and the ways to it. */
import type { Deposit, Device, KeyVersion } from "../../api";
import { Card } from "../../components/card";
import { type Definition, DefinitionList } from "../../components/definition-list";
import { Moment } from "../../components/moment";
import { Slot } from "../../components/slot";
import { underWay } from "../../domain/deposit";
import { keyState } from "../../domain/key-state";
import { formatDateTime, t, tn } from "../../i18n";
import { provenanceWords } from "./provenance";
import { RotateKey } from "./rotate";
import { type Way, WayLink } from "./ways";

export interface KeyCardProps {
  readonly device: Device;
  /** What of it may be got; empty while that is not known. */
  readonly versions: readonly KeyVersion[];
  readonly ways: readonly Way[];
  /** Told of a rotation that begins here; null where none can. */
  readonly onRotation: ((rotation: Deposit) => void) | null;
}

export function KeyCard({ device, versions, ways, onRotation }: KeyCardProps) {
  const earlier = versions.filter((version) => !version.present && !version.may_be_newer).length;
  const reported = versions.find((version) => version.may_be_newer) ?? null;
  // Translators: Title of the card about the key of a Mac. Fixed name.
  const title = t("Recovery key");
  return (
    <Card title={title}>
      {device.escrowed === null ? <NoKey device={device} /> : <DefinitionList items={rows(device.escrowed, device.id, reported, earlier)} />}
      {ways.map((way) => (
        <WayLink key={way} device={device} way={way} />
      ))}
      {onRotation && <RotateKey device={device} onBegun={onRotation} />}
    </Card>
  );
}

function NoKey({ device }: { readonly device: Device }) {
  return (
    <div class="no-key">
      <Slot state={keyState(device)} />
      <p class="small muted">{noKeyWords(device)}</p>
    </div>
  );
}

function noKeyWords(device: Device): string {
  if (device.encrypted === false) {
    // Translators: On the card "Recovery key" of a Mac whose disk is not encrypted.
    return t("FileVault is off on this Mac, so it has no recovery key.");
  }
  if (underWay(device.deposit)) {
    // Translators: On the card "Recovery key" of a Mac whose first key is being stored at this moment.
    return t("No key is kept yet. The first one is on its way.");
  }
  // Translators: On the card "Recovery key" of a Mac that has none in the portal. Who encrypts a Mac is shown a recovery key.
  return t("No key is kept yet. Store the one that you got when you encrypted this Mac; then you can get it back here when your Mac is locked.");
}

function rows(escrowed: NonNullable<Device["escrowed"]>, id: string, reported: KeyVersion | null, earlier: number): readonly Definition[] {
  return [
    // Translators: Row: since when the present key is kept in the portal.
    { term: t("Kept since"), value: <Moment time={escrowed.since} as="date" alone /> },
    // Translators: Row: how the kept key came to the portal. Values are like "Proven by your Mac when it replaced the key".
    { term: t("Source"), value: provenanceWords(escrowed.provenance, true) },
    ...(reported === null ? [] : [reportedRow(id, reported)]),
    ...(earlier === 0 ? [] : [earlierRow(id, earlier)]),
  ];
}

function reportedRow(id: string, reported: KeyVersion): Definition {
  return {
    // Translators: Row: another key of this Mac, which a program on the Mac reported after the present one. The value is date and time.
    term: t("Another key, reported later"),
    value: <a href={`/devices/${id}/key`}>{formatDateTime(reported.created_at)}</a>,
  };
}

function earlierRow(id: string, count: number): Definition {
  return {
    // Translators: Row: former keys of this Mac; a disk restored from a backup may need them.
    term: t("Earlier keys"),
    value: (
      <a href={`/devices/${id}/key?earlier=1`}>
        {
          // Translators: Value of the row "Earlier keys": how many there are.
          tn("{count} kept", "{count} kept", count)
        }
      </a>
    ),
  };
}
