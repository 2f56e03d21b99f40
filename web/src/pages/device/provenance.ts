/** How the portal came to know a key, in words. */
import type { KeyVersion } from "../../api";
import { t } from "../../i18n";

export function provenanceWords(provenance: KeyVersion["provenance"]): string {
  return WORDS[provenance]();
}

const WORDS: Readonly<Record<KeyVersion["provenance"], () => string>> = {
  // Translators: How a kept key came to the portal: the Mac replaced its key at the portal's request, and sent this one.
  rotated: () => t("Proven by your Mac when it replaced the key"),
  // Translators: How a kept key came to the portal: the Mac told it when it was asked about its security settings.
  repaired: () => t("Confirmed by your Mac when it was asked"),
  // Translators: How a kept key came to the portal: a program on the Mac sent it, and nothing proves it.
  reported: () => t("Reported by a program on your Mac, not proven"),
  // Translators: How a kept key came to the portal: the person entered it.
  typed: () => t("Typed by you"),
};
