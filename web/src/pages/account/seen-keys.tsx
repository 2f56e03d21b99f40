/** Who saw the keys of the person's Macs, or was denied it: their own part of the audit log. */
import type { ComponentChildren } from "preact";
import { api, type SeenKey } from "../../api";
import { Card } from "../../components/card";
import { Moment } from "../../components/moment";
import { RestOfList, usePaged } from "../../components/paged";
import { t, tx } from "../../i18n";

export function SeenKeysCard() {
  const seen = usePaged<SeenKey>(api.seenKeys);
  return (
    <Card
      // Translators: Title of the card on the person's own page that lists who saw the recovery keys of their Macs.
      title={t("Who saw your keys")}
    >
      <ol class="account-list">
        {seen.items?.map((one) => (
          <li key={one.id} data-seen={one.outcome}>
            <Seen seen={one} />
          </li>
        ))}
      </ol>
      <RestOfList
        list={seen}
        // Translators: On the card "Who saw your keys", where nobody did.
        empty={t("Nobody so far. Each time somebody sees a key of one of your Macs, it is written down here.")}
      />
    </Card>
  );
}

function Seen({ seen }: { readonly seen: SeenKey }) {
  return (
    <div>
      <p class="account-item">{whoWords(seen)}</p>
      {seen.reason !== null && (
        <p class="small">
          <bdi>{seen.reason}</bdi>
        </p>
      )}
      <p class="small muted">
        <Moment time={seen.at} as="exact" alone />
      </p>
    </div>
  );
}

function whoWords({ outcome, by, by_you, device }: SeenKey): ComponentChildren {
  const values = { name: <bdi>{by}</bdi>, device: <MacName device={device} /> };
  if (outcome === "denied") {
    // Translators: In the list of who saw a key. {device} is the name of a Mac; somebody whom the portal does not know any more asked for its key, and did not get it.
    if (by === null) return tx("Somebody wanted to see the key of {device}, and was not allowed to", values);
    // Translators: In the list of who saw a key. {name} is a person who asked for the key of the Mac {device}, and did not get it.
    return tx("{name} wanted to see the key of {device}, and was not allowed to", values);
  }
  // Translators: In the list of who saw a key: the reader did. {device} is the name of a Mac.
  if (by_you) return tx("You saw the key of {device}", values);
  // Translators: In the list of who saw a key: somebody whom the portal does not know any more did. {device} is the name of a Mac.
  if (by === null) return tx("Somebody saw the key of {device}", values);
  // Translators: In the list of who saw a key. {name} is a person, {device} the name of a Mac.
  return tx("{name} saw the key of {device}", values);
}

/** One that is no longer theirs goes by its serial number, and leads nowhere. */
function MacName({ device }: { readonly device: SeenKey["device"] }) {
  if (device.id === null) {
    return (
      <span class="ltr" translate={false}>
        {device.name}
      </span>
    );
  }
  return (
    <a href={`/devices/${encodeURIComponent(device.id)}`}>
      <bdi>{device.name}</bdi>
    </a>
  );
}
