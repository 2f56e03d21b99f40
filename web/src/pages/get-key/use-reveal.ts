/** Asks for a key, and sees to it that it goes again: in time, and as soon as nobody looks. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, isAbort, isProblem, type Reveal } from "../../api";
import { deadline } from "../../components/clock/countdown";
import { interrupted } from "../../state";
import { takeIntent } from "./intent";

/** Why no key is shown: nobody asked so far, its time was over, the page was out of sight, or somebody was done with it. */
export type Hidden = "not-asked" | "time-over" | "out-of-sight" | "done";

export type Stage =
  | { readonly is: "hidden"; readonly why: Hidden }
  /** The key is on its way; `after` is why none was shown before. */
  | { readonly is: "asking"; readonly after: Hidden }
  /** A fresh sign-in is needed first; `version` is what was asked for. */
  | { readonly is: "confirming"; readonly version: string | null }
  | { readonly is: "shown"; readonly recoveryKey: string; readonly version: string; readonly until: number }
  | { readonly is: "no-key" }
  /** A second person has to agree first. */
  | { readonly is: "approval-required" }
  | { readonly is: "failed"; readonly reason: unknown };

export interface RevealControl {
  readonly stage: ReadonlySignal<Stage>;
  /** Ask for the present key, or for one version. */
  readonly ask: (version?: string | null) => void;
  readonly hide: (why: Hidden) => void;
}

/** `reason`: why somebody wants to see the key of a Mac that is not theirs. */
export function useReveal(id: string, reason: string | null = null): RevealControl {
  const stage = useSignal<Stage>({ is: "hidden", why: "not-asked" });
  const leaving = useMemo(() => new AbortController(), [id]);

  const hide = (why: Hidden) => (stage.value = { is: "hidden", why });
  const ask = (version: string | null = null) => {
    const before = stage.peek();
    if (before.is === "asking") return;
    stage.value = { is: "asking", after: before.is === "hidden" ? before.why : "not-asked" };
    const request = { ...(version !== null && { version }), ...(reason !== null && { reason }) };
    api.reveal(id, request, { signal: leaving.signal }).then(
      (answer) => (stage.value = arrived(answer)),
      (refusal: unknown) => (stage.value = refused(refusal, version)),
    );
  };
  useEffect(() => {
    if (takeIntent(id)) ask();
    return () => {
      leaving.abort();
      hide("out-of-sight");
    };
  }, [id]);
  useHidingOutOfSight(() => stage.peek().is === "shown" && hide("out-of-sight"));
  return { stage, ask, hide };
}

/** A key that comes when nobody looks any more is not put on the screen. */
function arrived(answer: Reveal): Stage {
  if (document.visibilityState === "hidden") return { is: "hidden", why: "out-of-sight" };
  const until = deadline(answer.visible_until, Date.now());
  return { is: "shown", recoveryKey: answer.recovery_key, version: answer.version, until };
}

function refused(reason: unknown, version: string | null): Stage {
  if (isProblem(reason, "sign-in-again")) return { is: "confirming", version };
  if (isProblem(reason, "no-key")) return { is: "no-key" };
  if (isProblem(reason, "approval-required")) return { is: "approval-required" };
  if (isAbort(reason)) return { is: "hidden", why: "out-of-sight" };
  return { is: "failed", reason };
}

/** Screen lock, another tab, the back/forward cache, and the end of the session; a print preview is none of these. */
function useHidingOutOfSight(hide: () => void): void {
  useEffect(() => {
    const gone = new AbortController();
    const { signal } = gone;
    let printing = false;
    addEventListener("beforeprint", () => (printing = true), { signal });
    addEventListener("afterprint", () => (printing = false), { signal });
    addEventListener("pagehide", hide, { signal });
    document.addEventListener("visibilitychange", () => document.visibilityState === "hidden" && !printing && hide(), { signal });
    const stopWatching = interrupted.subscribe((person) => person !== null && hide());
    return () => {
      gone.abort();
      stopWatching();
    };
  }, []);
}
