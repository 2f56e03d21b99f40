/** The kept versions of a device's key, without the keys. */
import { type ReadonlySignal, useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { api, type KeyVersion } from "../api";

/** Empty until they are known; asked for anew whenever `state`, a word on what is kept, changes. Null: not to be asked for. */
export function useVersions(id: string, state: string | null): ReadonlySignal<readonly KeyVersion[]> {
  const versions = useSignal<readonly KeyVersion[]>([]);
  useEffect(() => {
    if (state === null) return undefined;
    const leaving = new AbortController();
    api.versions(id, { signal: leaving.signal, background: true }).then(
      (list) => (versions.value = list),
      () => undefined, // what is known of the device itself is shown all the same
    );
    return () => leaving.abort();
  }, [id, state]);
  return versions;
}
