/** What support searched last, so that the way back from a Mac leads there. */
import { signal } from "@preact/signals";
import { onceOver } from "./session";

const START = "/support";

/** An address of the support desk. */
export const lastSearch = signal(START);

onceOver(() => {
  lastSearch.value = START;
});
