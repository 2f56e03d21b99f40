/** A rotation of somebody else's Mac came to nothing: what became of the kept key, for who helps its owner. */
import { Banner } from "../../components/banner";
import type { FailedState } from "../../domain/deposit";
import { t } from "../../i18n";
import { outOfDate } from "./stale";

export interface OthersRotationFailedProps {
  readonly state: FailedState;
  /** Whether the kept key may not open the disk any more. */
  readonly stale: boolean;
}

export function OthersRotationFailed({ state, stale }: OthersRotationFailedProps) {
  const { title, text } = words(state, stale);
  return (
    <Banner kind="warn" title={title} role="status" code="others-rotation-failed">
      <p>{text}</p>
    </Banner>
  );
}

function words(state: FailedState, stale: boolean): { readonly title: string; readonly text: string } {
  if (state === "refused" || stale) {
    return {
      title: outOfDate(),
      // Translators: To IT support, where somebody else's Mac was to replace its key, and the kept key may not open it any more.
      text: t("The Mac was not given a new key that is kept here. All kept keys are unchanged. While its owner can unlock the Mac, ask them to make a new key on it and store that one."),
    };
  }
  if (state === "undeliverable") {
    return {
      // Translators: Title of a banner for IT support, where somebody else's Mac could not be asked to replace its key.
      title: t("The Mac could not be asked for a new key"),
      // Translators: In the banner "The Mac could not be asked for a new key".
      text: t("The kept key is unchanged. The device management does not reach this Mac: see whether it is enrolled, then try again."),
    };
  }
  return {
    // Translators: Title of a banner for IT support, where somebody else's Mac was asked to replace its key and gave no answer in time.
    title: t("The Mac has not answered yet"),
    // Translators: In the banner "The Mac has not answered yet".
    text: t("It was asked to replace its key. All kept keys are unchanged. If it answers after all, you read it here."),
  };
}
