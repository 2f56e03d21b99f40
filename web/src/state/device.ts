/** One device, for the pages that are about it: shown at once where it is known, and asked for anew. */
import { type ReadonlySignal, signal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, isAbort, type Device } from "../api";
import { knownDevice, rememberDevice } from "./devices";
import { loadNotices } from "./notices";
import { onceOver, pageOwner } from "./session";

export interface OneDevice {
  readonly device: ReadonlySignal<Device | null>;
  /** Why it could not be fetched, if the latest try did not succeed. */
  readonly error: ReadonlySignal<unknown>;
  readonly reload: () => Promise<void>;
  /** Takes over what the portal answered to a change. */
  readonly put: (device: Device) => void;
}

/** A deposit that failed since the page last looked has a notice by now: it is not left to the next turn of the watch. */
function hasNewFailure(before: Device | null, after: Device): boolean {
  const told = after.deposit?.message;
  const failed = told === "key-not-accepted" || told === "rotation-failed";
  return failed && before !== null && (before.deposit?.id !== after.deposit?.id || before.deposit?.state !== after.deposit?.state);
}

/** Whether a device belongs to whoever looks at the page. */
export function isOwn({ owner }: Device): boolean {
  return owner !== null && owner.id === pageOwner.value?.id;
}

/** The Mac of somebody else that was looked at last, by its id: its pages belong to the support desk. */
export const assisted = signal<string | null>(null);

onceOver(() => {
  assisted.value = null;
});

export function useDevice(id: string): OneDevice {
  const device = useSignal(knownDevice(id));
  const error = useSignal<unknown>(null);
  const leaving = useMemo(() => new AbortController(), [id]);

  const put = (answer: Device) => {
    if (hasNewFailure(device.peek(), answer)) void loadNotices();
    rememberDevice(answer);
    if (!isOwn(answer)) assisted.value = answer.id;
    device.value = answer;
    error.value = null;
  };
  const reload = async () => {
    try {
      put(await api.device(id, { signal: leaving.signal }));
    } catch (reason) {
      if (!isAbort(reason)) error.value = reason;
    }
  };
  useEffect(() => {
    void reload();
    return () => leaving.abort();
  }, [id]);
  return { device, error, reload, put };
}
