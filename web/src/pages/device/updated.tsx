/** The key was replaced and the new one is kept. */
import type { Device } from "../../api";
import { Banner } from "../../components/banner";
import { t } from "../../i18n";
import { type Way, WayLink } from "./ways";

export interface UpdatedProps {
  readonly device: Device;
  readonly live: boolean;
  readonly primary: Way | null;
}

export function Updated({ device, live, primary }: UpdatedProps) {
  // Translators: Title of the banner after a key was stored: the Mac has replaced it.
  const title = t("Your key was updated");
  return (
    <Banner kind="ok" title={title} code="key-updated" {...(live && { role: "status" as const })}>
      <p>
        {
          // Translators: In the banner after a key was stored. The portal is pictured as a key cabinet.
          t("Your Mac has made a new recovery key, and it is in the cabinet now. The old one no longer opens this Mac.")
        }
      </p>
      <p>
        {
          // Translators: In the banner after a key was stored. “Get recovery key” is the name of the button below.
          t("Locked out one day? Sign in here, on your phone too, and select “Get recovery key”.")
        }
      </p>
      {primary && <WayLink device={device} way={primary} primary />}
    </Banner>
  );
}
