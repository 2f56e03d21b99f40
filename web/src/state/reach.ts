/** Whether the portal answers. Told by every call; shown by one banner on every page. */
import { signal } from "@preact/signals";
import { bonds } from "../api";

export const reachable = signal(true);

bonds.reached = (reached) => {
  reachable.value = reached;
};
