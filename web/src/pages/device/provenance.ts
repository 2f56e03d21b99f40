/** How the portal came to know a key, in words: to whom the Mac belongs, and to whoever helps them. */
import type { KeyVersion } from "../../api";
import { t } from "../../i18n";

type Provenance = KeyVersion["provenance"];

export function provenanceWords(provenance: Provenance, own: boolean): string {
  return own ? TO_THE_OWNER[provenance]() : TO_SUPPORT[provenance]();
}

const TO_THE_OWNER: Readonly<Record<Provenance, () => string>> = {
  // Translators: How a kept key came to the portal: the Mac replaced its key at the portal's request, and sent this one.
  rotated: () => t("Proven by your Mac when it replaced the key"),
  // Translators: How a kept key came to the portal: the Mac told it when it was asked about its security settings.
  repaired: () => t("Confirmed by your Mac when it was asked"),
  // Translators: How a kept key came to the portal: a program on the Mac sent it, and nothing proves it.
  reported: () => t("Reported by a program on your Mac, not proven"),
  // Translators: How a kept key came to the portal: the person entered it.
  typed: () => t("Typed by you"),
};

const TO_SUPPORT: Readonly<Record<Provenance, () => string>> = {
  // Translators: As "Proven by your Mac when it replaced the key", said to support about somebody else's Mac.
  rotated: () => t("Proven by the Mac when it replaced the key"),
  // Translators: As "Confirmed by your Mac when it was asked", said to support about somebody else's Mac.
  repaired: () => t("Confirmed by the Mac when it was asked"),
  // Translators: As "Reported by a program on your Mac, not proven", said to support about somebody else's Mac.
  reported: () => t("Reported by a program on the Mac, not proven"),
  // Translators: As "Typed by you", said to support about somebody else's Mac.
  typed: () => t("Typed by the owner"),
};
