/** What a printer gets: one sheet with the key and the Mac it opens. Not seen on the screen. */
import type { Device } from "../../api";
import { KeyDisplay } from "../../components/key-display";
import { formatDateTime, t, tx } from "../../i18n";

export function PrintSheet({ device, recoveryKey }: { readonly device: Device; readonly recoveryKey: string }) {
  const serial = (
    <span class="ltr" translate={false}>
      {device.serial}
    </span>
  );
  return (
    <section class="print-sheet" aria-hidden="true">
      <h1>
        {
          // Translators: Title of the printed sheet with a key.
          t("Recovery key")
        }
      </h1>
      <p>
        <bdi>{device.name}</bdi>
      </p>
      {device.serial && (
        <p>
          {
            // Translators: On the printed sheet with a key. {serial} is the serial number of the Mac.
            tx("Serial number: {serial}", { serial })
          }
        </p>
      )}
      <p>
        {
          // Translators: On the printed sheet with a key. {date} is date and time.
          t("Printed on {date}", { date: formatDateTime(Date.now()) })
        }
      </p>
      <KeyDisplay recoveryKey={recoveryKey} />
      <p>
        {
          // Translators: On the printed sheet with a key.
          t("Whoever has this sheet can unlock the Mac. Keep it in a safe place, and not with the Mac.")
        }
      </p>
    </section>
  );
}
