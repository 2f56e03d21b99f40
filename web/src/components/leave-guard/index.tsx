/**
 * Asks before something typed is left behind: in the app with a dialog of its own, for closing and reloading with the
 * browser's. Where a browser does not let a page hold the Back button (no Navigation API), Back leaves unasked.
 */
import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { t } from "../../i18n";
import { Button } from "../button";
import { Dialog } from "../dialog";
import "./leave-guard.css";

/** Goes where the person was going. */
type Departure = () => void;

export function LeaveGuard({ when }: { readonly when: boolean }) {
  const departure = useSignal<Departure | null>(null);
  useEffect(() => {
    if (!when) return undefined;
    return hold((leave) => (departure.value = leave));
  }, [when]);
  const depart = departure.value;
  if (depart === null) return null;
  const close = () => (departure.value = null);
  const leave = () => {
    close();
    depart();
  };
  return <Question onStay={close} onLeave={leave} />;
}

/** Holds every way out and hands it to `ask`, until the function that it returns is called or the way is taken. */
export function hold(ask: (departure: Departure) => void): () => void {
  const released = new AbortController();
  const { signal } = released;
  const depart = (go: Departure) => () => {
    released.abort();
    go();
  };
  addEventListener("beforeunload", (event) => event.preventDefault(), { signal });
  document.addEventListener("click", (event) => holdLink(event, (go) => ask(depart(go))), { capture: true, signal });
  if ("navigation" in window) {
    navigation.addEventListener("navigate", (event) => holdTraversal(event, (go) => ask(depart(go))), { signal });
  }
  return () => released.abort();
}

function holdLink(event: MouseEvent, ask: (departure: Departure) => void): void {
  const link = event.target instanceof Element ? event.target.closest<HTMLAnchorElement>("a[href]") : null;
  if (link === null || !leavesThePage(event, link)) return;
  event.preventDefault();
  event.stopPropagation();
  ask(() => link.click());
}

function leavesThePage(event: MouseEvent, link: HTMLAnchorElement): boolean {
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey || event.button !== 0;
  const samePage = link.getAttribute("href")?.startsWith("#") ?? false;
  const sameTab = link.target === "" || link.target === "_self";
  return !elsewhere && !samePage && sameTab && link.origin === location.origin;
}

function holdTraversal(event: NavigateEvent, ask: (departure: Departure) => void): void {
  if (event.navigationType !== "traverse" || !event.cancelable) return;
  event.preventDefault();
  const { key } = event.destination;
  ask(() => navigation.traverseTo(key));
}

function Question({ onStay, onLeave }: { readonly onStay: () => void; readonly onLeave: Departure }) {
  // Translators: Title of the question before a page is left on which something was typed.
  const title = t("Leave this page?");
  return (
    <Dialog label={title} onClose={onStay}>
      <h2>{title}</h2>
      <p>
        {
          // Translators: Text of the question before a page is left on which a recovery key was typed.
          t("The key you typed has not been sent, and it is not kept anywhere else.")
        }
      </p>
      <div class="leave-guard-ways">
        <Button kind="primary" autofocus onClick={onStay}>
          {
            // Translators: Answer to "Leave this page?": the person stays and types on.
            t("Stay here")
          }
        </Button>
        <Button onClick={onLeave}>
          {
            // Translators: Answer to "Leave this page?": what was typed is given up.
            t("Leave")
          }
        </Button>
      </div>
    </Dialog>
  );
}
