/** The fixed names of things on screen, for texts that speak of them: one spelling everywhere. */
import { t } from "./index";

/** Each is looked up when called, in the present language. */
export const names = {
  // Translators: Fixed name of the page with the person's own Macs.
  devices: () => t("Devices"),
  // Translators: Fixed name of an action: a link or button that leads to the page where one stores a recovery key.
  storeRecoveryKey: () => t("Store recovery key"),
  // Translators: Fixed name of a field, and of the part of a Mac's page about its recovery key.
  recoveryKey: () => t("Recovery key"),
  // Translators: Fixed name of a field: the recovery key is entered a second time here.
  confirmRecoveryKey: () => t("Confirm recovery key"),
  // Translators: Fixed name of the button that sends the recovery key.
  save: () => t("Save"),
  // Translators: Fixed name of an action: shows the kept recovery key.
  getRecoveryKey: () => t("Get recovery key"),
  // Translators: Fixed name of an action: the Mac replaces its recovery key by a new one, which the portal keeps.
  rotateRecoveryKey: () => t("Rotate recovery key"),
  // Translators: Fixed name of the part of a Mac's page about its last contact and its access.
  status: () => t("Status"),
  // Translators: Fixed name of an action: asks the Mac to check in, and says whether it has access to work resources.
  checkStatus: () => t("Check status"),
  // Translators: Fixed name of an action: the button that signs in, and the title of its page.
  signIn: () => t("Sign in"),
} as const;

export type Name = keyof typeof names;
