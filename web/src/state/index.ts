/** What the whole app shares. */
export { now } from "./clock";
export { anyUnderWay, devices, devicesError, knownDevice, loadDevices, rememberDevice } from "./devices";
export { chooseLanguage } from "./language";
export { dismiss, loadNotices, notices } from "./notices";
export { outcome, takeOutcome } from "./outcome";
export { reachable } from "./reach";
export {
  giveUp,
  interrupted,
  pageOwner,
  person,
  refreshSession,
  session,
  signIn,
  signInWithPasskey,
  signOut,
  support,
  tellOfSignIn,
} from "./session";
export { catchUp } from "./watch";
