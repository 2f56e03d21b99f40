/** In the place of a key that is not shown: why, and one button to ask for it. */
import { useEffect, useRef } from "preact/hooks";
import { Button } from "../../components/button";
import { Dock } from "../../components/dock";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { Hidden } from "./use-reveal";

export interface HiddenKeyProps {
  readonly why: Hidden;
  /** Whether the key is on its way. */
  readonly asking: boolean;
  readonly onAsk: () => void;
}

export function HiddenKey({ why, asking, onAsk }: HiddenKeyProps) {
  const title = useRef<HTMLHeadingElement>(null);
  // What had the focus went with the key; the head of the page has it where nothing was shown so far.
  useEffect(() => {
    if (why !== "not-asked") title.current?.focus({ preventScroll: true });
  }, [why]);
  return (
    <>
      <section class="card card-padded hidden-key" role="status" data-message="key-hidden">
        <Icon name="hidden" size={32} />
        <h2 ref={title} tabIndex={-1}>
          {
            // Translators: Stands in the place of a key that is not shown (any more).
            t("Key hidden")
          }
        </h2>
        <p class="muted">{asking ? gettingIt() : WORDS[why]()}</p>
      </section>
      <Dock>
        <Button kind="primary" icon="shown" busy={asking} onClick={onAsk}>
          {asking ? gettingIt() : showIt(why)}
        </Button>
      </Dock>
    </>
  );
}

function gettingIt(): string {
  // Translators: While a key is taken out of the portal, which is pictured as a key cabinet.
  return t("Getting the key…");
}

function showIt(why: Hidden): string {
  // Translators: Button that shows the key.
  if (why === "not-asked") return t("Show the key");
  // Translators: Button that shows the key once more.
  return t("Show the key again");
}

const WORDS: Readonly<Record<Hidden, () => string>> = {
  // Translators: Below "Key hidden", before the key was asked for.
  "not-asked": () => t("Make sure that nobody looks over your shoulder. The key is shown for five minutes."),
  // Translators: Below "Key hidden", after five minutes.
  "time-over": () => t("Its five minutes are over. You can have it shown again."),
  // Translators: Below "Key hidden", after the screen was locked or another window was used.
  "out-of-sight": () => t("It was hidden because this page was out of sight. You can have it shown again."),
  // Translators: Below "Key hidden", after the person pressed "Done, hide the key".
  done: () => t("It is still kept. You can have it shown again at any time."),
};
