/** The key in sight: whole or spelled out, with its clock and what can be done with it. */
import { useLocation } from "preact-iso/router";
import { useEffect, useRef } from "preact/hooks";
import type { Device, KeyVersion } from "../../api";
import { Button } from "../../components/button";
import { Clock, useCountdown } from "../../components/clock";
import { Dock } from "../../components/dock";
import { Icon } from "../../components/icon";
import { KeyDisplay } from "../../components/key-display";
import { Note } from "../../components/note";
import { Spelling } from "../../components/spelling";
import { Tools } from "../../components/tools";
import { groups } from "../../domain/recovery-key";
import { formatDateTime, formatNumber, t } from "../../i18n";
import { unconfirmed } from "./key-row";
import { PrintFoot, PrintHead } from "./print-sheet";
import type { Hidden } from "./use-reveal";

export interface ShownKeyProps {
  readonly device: Device;
  readonly recoveryKey: string;
  /** What is known of the version that is shown. */
  readonly version: KeyVersion | null;
  /** Whether another key may open the Mac as well. */
  readonly disputed: boolean;
  readonly until: number;
  /** The group that is spelled out, from 0; null for the whole key. */
  readonly spelling: number | null;
  readonly onHide: (why: Hidden) => void;
}

export function ShownKey({ device, recoveryKey, version, disputed, until, spelling, onHide }: ShownKeyProps) {
  const seconds = useCountdown(until, () => onHide("time-over"));
  const { route } = useLocation();
  const card = useRescuedFocus();
  const spell = (group: number, replace: boolean) => route(spellingAddress(device.id, group), replace);
  if (spelling !== null) {
    return (
      <>
        <Spelling recoveryKey={recoveryKey} at={spelling} />
        <Clock seconds={seconds} />
        <Pager at={spelling} last={groups(recoveryKey).length - 1} onTurn={(group) => spell(group, true)} />
      </>
    );
  }
  return (
    <>
      <PrintHead device={device} />
      {version !== null && <Which version={version} disputed={disputed} />}
      <section class="card shown-key" ref={card} tabIndex={-1}>
        <header class="shown-key-head">
          <Clock seconds={seconds} />
        </header>
        <KeyDisplay recoveryKey={recoveryKey} />
      </section>
      <PrintFoot />
      <Tools recoveryKey={recoveryKey} onSpell={() => spell(0, false)} />
      <Dock>
        <Button kind="primary" icon="hidden" onClick={() => onHide("done")}>
          {
            // Translators: Button that takes a shown key off the screen.
            t("Done, hide the key")
          }
        </Button>
      </Dock>
    </>
  );
}

/** The button that asked for the key is gone: the key takes over its focus, if nothing else has. */
function useRescuedFocus() {
  const card = useRef<HTMLElement>(null);
  useEffect(() => {
    if (document.activeElement === document.body) card.current?.focus({ preventScroll: true });
  }, []);
  return card;
}

/** The address at which a group is spelled out: it holds the number of the group, and nothing of the key. */
function spellingAddress(id: string, group: number): string {
  return `/devices/${id}/key?spell=${group + 1}`;
}

/** Says what key it is that is shown, where that is not simply the one that opens the Mac. */
function Which({ version, disputed }: { readonly version: KeyVersion; readonly disputed: boolean }) {
  if (version.may_be_newer || (version.present && version.provenance === "reported")) {
    return <Note icon="key">{reportedWords(version)}</Note>;
  }
  if (version.present) return disputed ? <Note icon="key">{tryTheOther()}</Note> : null;
  return (
    <Note icon="key">
      {
        // Translators: Above a former key that is shown. {date} is when it came to be kept.
        t("This is not the present key, but one that is kept since {date}.", { date: formatDateTime(version.created_at) })
      }
      {!version.confirmed && <b class="shown-key-unconfirmed">{unconfirmed()}</b>}
    </Note>
  );
}

function tryTheOther(): string {
  // Translators: Above a key that is shown, where another one may open the Mac as well; it stands further down on the page.
  return t("If this key does not open your Mac, try the other one below.");
}

function reportedWords(version: KeyVersion): string {
  const date = formatDateTime(version.created_at);
  if (version.may_be_newer) {
    // Translators: Above a key that is shown, where another one may open the Mac as well. {date} is date and time.
    return t("A program on your Mac reported this key on {date}. Nothing proves it: if it does not open your Mac, try the other one.", { date });
  }
  // Translators: Above a key that is shown. {date} is date and time.
  return t("A program on your Mac reported this key on {date}. Nothing proves that it opens your Mac.", { date });
}

interface PagerProps {
  readonly at: number;
  readonly last: number;
  readonly onTurn: (group: number) => void;
}

function Pager({ at, last, onTurn }: PagerProps) {
  const turn = (to: number) => () => onTurn(to);
  useFocusOnTurn(at);
  return (
    <Dock>
      <div class="pager">
        {at > 0 && (
          <button type="button" class="button button-quiet pager-button" onClick={turn(at - 1)}>
            <Icon name="back" />
            <span>{groupWords(at - 1)}</span>
          </button>
        )}
        {at < last && (
          <button type="button" class="button button-primary pager-button" onClick={turn(at + 1)}>
            <span>{groupWords(at + 1)}</span>
            <Icon name="forward" />
          </button>
        )}
        {at === last && <WholeKey />}
      </div>
    </Dock>
  );
}

function WholeKey() {
  return (
    <Button kind="primary" onClick={() => history.back()}>
      {wholeKey()}
    </Button>
  );
}

/** The name of the way back from one group to the whole key. */
export function wholeKey(): string {
  // Translators: Way back from one group that is spelled out to the whole key.
  return t("Whole key");
}

function groupWords(group: number): string {
  // Translators: Button to the next or the former of the six groups of a key.
  return t("Group {number}", { number: formatNumber(group + 1) });
}

/** After a turn of the page the new group is read out, rather than a button that is gone. */
function useFocusOnTurn(at: number): void {
  const first = useRef(true);
  useEffect(() => {
    if (!first.current) document.getElementById("spelling-group")?.focus({ preventScroll: true });
    first.current = false;
  }, [at]);
}
