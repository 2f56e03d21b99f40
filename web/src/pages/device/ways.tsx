/** The ways on from a device: store its key, get its key. Which of them is the one filled action depends on what is shown. */
import type { Device } from "../../api";
import { ButtonLink } from "../../components/button";
import type { View } from "../../domain/deposit";
import { t } from "../../i18n";
import { intendToSee } from "../get-key/intent";

export type Way = "deposit" | "reveal";

export interface WayLinkProps {
  readonly device: Device;
  readonly way: Way;
  readonly primary?: boolean;
}

export function WayLink({ device, way, primary = false }: WayLinkProps) {
  const href = way === "deposit" ? `/devices/${device.id}/store` : `/devices/${device.id}/key`;
  const look = primary ? ({ kind: "primary", icon: "key" } as const) : ({ kind: "quiet", wide: true } as const);
  return (
    <ButtonLink {...look} href={href} onClick={() => way === "reveal" && intendToSee(device.id)}>
      {NAMES[way]()}
    </ButtonLink>
  );
}

/** What can be done, the most useful first. `somethingKept`: there is a key to get, if only one that is not confirmed. */
export function waysOf(device: Device, shown: View, somethingKept: boolean): readonly Way[] {
  const reveal: readonly Way[] = somethingKept && device.actions.includes("reveal") ? ["reveal"] : [];
  // While one key is on its way, another one would only wait for it.
  const deposit: readonly Way[] = shown.shows !== "progress" && device.actions.includes("deposit") ? ["deposit"] : [];
  return storesFirst(device, shown) ? [...deposit, ...reveal] : [...reveal, ...deposit];
}

/** Which of the ways is the filled action; none while the portal works on it. */
export function primaryWay(shown: View, ways: readonly Way[]): Way | null {
  return shown.shows === "progress" ? null : (ways[0] ?? null);
}

function storesFirst(device: Device, shown: View): boolean {
  const isOutOfDate = device.stale !== null && device.stale !== "filevault-off";
  return shown.shows === "not-accepted" || isOutOfDate || device.escrowed === null;
}

const NAMES: Readonly<Record<Way, () => string>> = {
  // Translators: Button, fixed name: leads to the page where a recovery key is entered.
  deposit: () => t("Store recovery key"),
  // Translators: Button, fixed name: shows the kept recovery key.
  reveal: () => t("Get recovery key"),
};
