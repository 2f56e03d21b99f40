/** The three steps of a deposit: down the page on a phone, across on a desktop. Changes are spoken politely. */
import { progressOf, type Step, type StepProgress, STEPS } from "../../domain/deposit";
import { t } from "../../i18n";
import { Icon, type IconName } from "../icon";
import "./progress.css";

export interface ProgressProps {
  readonly step: Step;
  /** The Mac has to connect before it goes on: nothing turns meanwhile. */
  readonly waitsForMac: boolean;
}

export function Progress({ step, waitsForMac }: ProgressProps) {
  return (
    <>
      <ol class={`progress ${waitsForMac ? "progress-waits" : ""}`}>
        {STEPS.map((one) => (
          <ProgressStep key={one} step={one} progress={progressOf(one, step)} />
        ))}
      </ol>
      <p class="visually-hidden" role="status">
        {
          // Translators: Spoken by screen readers when the next step begins. {step} is its name, {progress} says that it is being done.
          t("{step}: {progress}", { step: NAMES[step](), progress: PROGRESS_WORDS.now() })
        }
      </p>
    </>
  );
}

function ProgressStep({ step, progress }: { readonly step: Step; readonly progress: StepProgress }) {
  return (
    <li class={`progress-step progress-${progress}`} aria-current={progress === "now" ? "step" : undefined}>
      <span class="progress-circle">
        <Icon name={progress === "done" ? "check" : ICONS[step]} size={22} />
        {progress === "now" && <Arc />}
      </span>
      <span class="progress-words">
        <span class="progress-name">
          {NAMES[step]()}
          <span class="visually-hidden">{` (${PROGRESS_WORDS[progress]()})`}</span>
        </span>
        <span class="progress-about">{(progress === "done" ? DONE : ABOUT)[step]()}</span>
      </span>
    </li>
  );
}

function Arc() {
  return (
    <svg class="progress-arc" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
      <path d="M24 2a22 22 0 0 1 15.560 37.560" />
    </svg>
  );
}

const ICONS: Readonly<Record<Step, IconName>> = { verify: "key", rotate: "refresh", store: "lock" };

const NAMES: Readonly<Record<Step, () => string>> = {
  // Translators: Name of the first of three steps: the Mac is asked whether the key is right.
  verify: () => t("Verify"),
  // Translators: Name of the second of three steps: the Mac replaces its key by a new one.
  rotate: () => t("Rotate"),
  // Translators: Name of the third of three steps: the new key is put into the portal, which is pictured as a key cabinet.
  store: () => t("Store"),
};

const ABOUT: Readonly<Record<Step, () => string>> = {
  // Translators: What happens, or will happen, in the step "Verify".
  verify: () => t("Your Mac gets the key and checks it."),
  // Translators: What happens, or will happen, in the step "Rotate".
  rotate: () => t("Your Mac replaces the key by a new one."),
  // Translators: What happens, or will happen, in the step "Store". The portal is pictured as a key cabinet.
  store: () => t("The new key goes into the cabinet."),
};

const DONE: Readonly<Record<Step, () => string>> = {
  // Translators: Below the step "Verify" once it is done.
  verify: () => t("Your Mac has taken the key."),
  // Translators: Below the step "Rotate" once it is done.
  rotate: () => t("Your Mac has replaced the key."),
  // Translators: Below the step "Store" once it is done.
  store: () => t("The new key is in the cabinet."),
};

const PROGRESS_WORDS: Readonly<Record<StepProgress, () => string>> = {
  // Translators: Said of a step by screen readers: it is finished.
  done: () => t("done"),
  // Translators: Said of a step by screen readers: it is being done at this moment.
  now: () => t("working on it"),
  // Translators: Said of a step by screen readers: it comes later.
  next: () => t("still to come"),
};
