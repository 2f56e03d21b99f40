/** What a printed sheet says round the key: which Mac it opens, and how to keep it. Not seen on the screen. */
import type { Device } from "../../api";
import { formatDateTime, t, tx } from "../../i18n";

export function PrintHead({ device }: { readonly device: Device }) {
  return (
    <div class="print-only">
      <h1>
        {
          // Translators: Title of the printed sheet with a key.
          t("Recovery key")
        }
      </h1>
      <p>
        <bdi>{device.name}</bdi>
      </p>
      {device.serial && <Serial serial={device.serial} />}
      <p>
        {
          // Translators: On the printed sheet with a key. {date} is date and time.
          t("Printed on {date}", { date: formatDateTime(Date.now()) })
        }
      </p>
    </div>
  );
}

function Serial({ serial }: { readonly serial: string }) {
  const shown = (
    <span class="ltr" translate={false}>
      {serial}
    </span>
  );
  return (
    <p>
      {
        // Translators: On the printed sheet with a key. {serial} is the serial number of the Mac.
        tx("Serial number: {serial}", { serial: shown })
      }
    </p>
  );
}

export function PrintFoot() {
  return (
    <p class="print-only">
      {
        // Translators: On the printed sheet with a key.
        t("Whoever has this sheet can unlock the Mac. Keep it in a safe place, and not with the Mac.")
      }
    </p>
  );
}
