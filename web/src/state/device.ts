/** One device, for the pages that are about it: shown at once where it is known, and asked for anew. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect, useMemo } from "preact/hooks";
import { api, isAbort, type Device } from "../api";
import { knownDevice, rememberDevice } from "./devices";

export interface OneDevice {
  readonly device: ReadonlySignal<Device | null>;
  /** Why it could not be fetched, if the latest try did not succeed. */
  readonly error: ReadonlySignal<unknown>;
  readonly reload: () => Promise<void>;
  /** Takes over what the portal answered to a change. */
  readonly put: (device: Device) => void;
}

export function useDevice(id: string): OneDevice {
  const device = useSignal(knownDevice(id));
  const error = useSignal<unknown>(null);
  const leaving = useMemo(() => new AbortController(), [id]);

  const put = (answer: Device) => {
    rememberDevice(answer);
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
