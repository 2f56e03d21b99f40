/** The person's own Macs, in two groups: those that something can be done about, and the rest. */
import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import type { Device } from "../../api";
import "../../components/card/card.css";
import { Chip } from "../../components/chip";
import { Icon } from "../../components/icon";
import { Moment } from "../../components/moment";
import { PageError } from "../../components/page-error";
import { PageHeading } from "../../components/page-heading";
import { Slot } from "../../components/slot";
import { SupportContact, supportName } from "../../components/support-contact";
import { byUrgency, keyState, wantsAttention } from "../../domain/key-state";
import { compareNames, t, tc, tx } from "../../i18n";
import { devices, devicesError, loadDevices } from "../../state";
import "./devices.css";

export function DevicesPage() {
  useEffect(() => void loadDevices(), []);
  const present = devices.value;
  if (present === null && devicesError.value !== null) {
    return <PageError error={devicesError.value} onRetry={() => void loadDevices()} />;
  }
  return (
    <div class="column">
      <PageHeading
        // Translators: Fixed name of the page with the person's own Macs.
        title={t("Devices")}
        // Translators: Under the title of the list of Macs.
        lead={present?.length === 0 ? undefined : t("Choose the Mac that this is about.")}
      />
      {present === null ? <Loading /> : <Groups devices={present} />}
    </div>
  );
}

function Loading() {
  return (
    <p class="muted" role="status">
      {
        // Translators: Stands where the list of Macs will be, until it has come.
        t("Your Macs are on their way…")
      }
    </p>
  );
}

function Groups({ devices: all }: { devices: readonly Device[] }) {
  if (all.length === 0) return <NoDevices />;
  const sorted = [...all].sort((one, other) => byUrgency(keyState(one), keyState(other)) || compareNames(one.name, other.name));
  const urgent = sorted.filter((device) => wantsAttention(keyState(device)));
  const calm = sorted.filter((device) => !wantsAttention(keyState(device)));
  return (
    <div class="stack device-groups">
      <Group
        // Translators: Title of a group in the list of Macs: those with no key kept, or whose key could not be stored.
        title={t("You can do something here")}
        devices={urgent}
      />
      <Group
        // Translators: Title of a group in the list of Macs: those whose key is kept, or is on its way.
        title={t("Nothing to do here")}
        devices={calm}
      />
      <Missing />
    </div>
  );
}

function Group({ title, devices: some }: { title: string; devices: readonly Device[] }) {
  if (some.length === 0) return null;
  return (
    <section>
      <h2 class="group-title">{title}</h2>
      <ul class="card device-list">
        {some.map((device) => (
          <li key={device.id}>
            <DeviceRow device={device} />
          </li>
        ))}
      </ul>
    </section>
  );
}

function DeviceRow({ device }: { device: Device }) {
  const state = keyState(device);
  return (
    <a class="device-row" href={`/devices/${encodeURIComponent(device.id)}`} data-key-state={state}>
      <Slot state={state} />
      <span class="device-name">
        <bdi>{device.name}</bdi>
        <span class="small muted">{modelAndOwnership(device)}</span>
      </span>
      <Chip state={state} />
      <span class="small muted device-seen">
        <LastSeen time={device.last_check_in} />
      </span>
      <Icon name="forward" />
    </a>
  );
}

function LastSeen({ time }: { time: string | null }) {
  if (time === null) {
    // Translators: In the list of Macs: the Mac never yet made contact with the organization.
    return <>{t("Has not checked in yet")}</>;
  }
  // Translators: In the list of Macs: when the Mac last made contact. {when} is as "12 days ago" or "yesterday, 17:40".
  return <>{tx("Checked in {when}", { when: <Moment time={time} /> })}</>;
}

function modelAndOwnership({ model, ownership }: Device): ComponentChildren {
  const owned = ownershipWord(ownership);
  if (model === null) return owned;
  // Translators: Under the name of a Mac: its model and whose it is, as in "MacBook Air 13-inch, personal".
  return tx("{model}, {ownership}", { model: <bdi>{model}</bdi>, ownership: owned });
}

function ownershipWord(ownership: Device["ownership"]): string {
  // Translators: Ownership of a Mac, in the middle of a line: it belongs to the person.
  if (ownership === "personal") return tc("in a line", "personal");
  // Translators: Ownership of a Mac, in the middle of a line: it belongs to the organization.
  return tc("in a line", "corporate");
}

function Missing() {
  return (
    <p class="small muted">
      {
        // Translators: Under the list of Macs. {link} is the link "Ask your IT department to add it."
        tx("Is your Mac not in the list? {link}", { link: <a href="/help#contact">{askToAdd()}</a> })
      }
    </p>
  );
}

function askToAdd(): string {
  // Translators: Link at the end of "Is your Mac not in the list?". {support} is the name of the support, or "your IT department".
  return t("Ask {support} to add it.", { support: supportName() });
}

function NoDevices() {
  return (
    <div class="card empty">
      <Slot state="none" large />
      <p>
        {
          // Translators: Stands in place of the list of Macs when the person has none. {support} is the name of the support, or "your IT department".
          tx("No Mac is listed under your name yet. Ask {support} to add yours.", { support: <bdi>{supportName()}</bdi> })
        }
      </p>
      <SupportContact />
    </div>
  );
}
