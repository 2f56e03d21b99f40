/**
 * Found Macs, a row each; on a phone each row is a card. The roles are spelled out because a table that is not laid
 * out as one loses them.
 */
import type { Device, Ownership } from "../../api";
import { Chip } from "../../components/chip";
import { Found } from "../../components/found";
import { Icon } from "../../components/icon";
import { Moment } from "../../components/moment";
import { keyState } from "../../domain/key-state";
import { t } from "../../i18n";

export interface DeviceTableProps {
  readonly devices: readonly Device[];
  /** What was searched for. */
  readonly q: string;
}

export function DeviceTable({ devices, q }: DeviceTableProps) {
  // Translators: Name of the table of Macs on the support desk, for screen readers.
  const label = t("Found Macs");
  return (
    <table class="card device-table" role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          {columns().map((name) => (
            <th key={name} role="columnheader" scope="col">
              {name}
            </th>
          ))}
        </tr>
      </thead>
      <tbody role="rowgroup">
        {devices.map((device) => (
          <Row key={device.id} device={device} q={q} />
        ))}
      </tbody>
    </table>
  );
}

function columns(): readonly string[] {
  return [
    // Translators: Head of a column: the name of a Mac and its serial number.
    t("Device"),
    owner(),
    // Translators: Row: whether the Mac belongs to the organization or to the person.
    t("Ownership"),
    // Translators: Head of a column: how things stand with the recovery key of a Mac.
    t("Key"),
    lastCheckIn(),
  ];
}

function owner(): string {
  // Translators: Head of a column, and name of a row: whose Mac it is.
  return t("Owner");
}

function lastCheckIn(): string {
  // Translators: Row: when the Mac last talked to the organization's device management.
  return t("Last check-in");
}

function Row({ device, q }: { readonly device: Device; readonly q: string }) {
  const state = keyState(device);
  return (
    <tr role="row" data-key-state={state}>
      <th role="rowheader" scope="row">
        <a class="device-link" href={`/devices/${encodeURIComponent(device.id)}`}>
          <Found text={device.name} question={q} />
        </a>
        {device.serial && (
          <span class="ltr device-serial" translate={false}>
            <Found text={device.serial} question={q} />
          </span>
        )}
      </th>
      <td role="cell">
        <Label>{owner()}</Label>
        <OwnerName device={device} q={q} />
      </td>
      <td role="cell">
        <OwnershipWord ownership={device.ownership} />
      </td>
      <td role="cell">
        <Chip state={state} />
      </td>
      <td role="cell" class="muted">
        <Label>{lastCheckIn()}</Label>
        <LastCheckIn time={device.last_check_in} />
      </td>
    </tr>
  );
}

/** On a phone there are no heads of columns; to screen readers a cell has its column's anyway. */
function Label({ children }: { readonly children: string }) {
  return (
    <span class="cell-label muted" aria-hidden="true">
      {children}
    </span>
  );
}

function OwnerName({ device, q }: { readonly device: Device; readonly q: string }) {
  if (device.owner !== null) return <Found text={device.owner.name} question={q} />;
  // Translators: In the column "Owner": the Mac was given to no person.
  return <span class="muted">{t("Nobody")}</span>;
}

function OwnershipWord({ ownership }: { readonly ownership: Ownership }) {
  return (
    <span class="ownership muted">
      <Icon name={ownership === "personal" ? "person" : "people"} />
      {ownership === "personal"
        ? // Translators: Value of the row "Ownership": the Mac belongs to the person who uses it.
          t("Personal")
        : // Translators: Value of the row "Ownership": the Mac belongs to the organization.
          t("Corporate")}
    </span>
  );
}

function LastCheckIn({ time }: { readonly time: string | null }) {
  if (time !== null) return <Moment time={time} alone />;
  // Translators: Value of the row "Last check-in" of a Mac that has not talked to the device management so far.
  return <>{t("Not yet")}</>;
}
