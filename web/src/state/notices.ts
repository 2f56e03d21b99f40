/** What the portal has to tell the person, on whatever page they are: the toasts. */
import { computed, signal } from "@preact/signals";
import { api, isProblem, Unreachable, type CallOptions, type Notice } from "../api";
import { onceOver, pageOwner, person } from "./session";

const held = signal<{ readonly owner: string; readonly notices: readonly Notice[] } | null>(null);

/** In the order in which they came; none of another person's. */
export const notices = computed<readonly Notice[]>(() =>
  held.value !== null && held.value.owner === pageOwner.value?.id ? held.value.notices : [],
);

onceOver(() => {
  held.value = null;
});

/** Asks for news; true where something is new. What fails is tried again at the next turn. */
export async function loadNotices(options: CallOptions = { background: true }): Promise<boolean> {
  const owner = person.peek()?.id;
  if (owner === undefined) return false;
  const known = new Set(notices.peek().map((notice) => notice.id));
  const latest = await api.notices(options).catch(() => null);
  if (latest === null) return false;
  held.value = { owner, notices: latest };
  return latest.some((notice) => !known.has(notice.id));
}

/** Takes a notice away for good. If the portal can't be told, it comes back. */
export async function dismiss(notice: Notice): Promise<void> {
  remove(notice);
  try {
    await api.dismissNotice(notice.id);
  } catch (error) {
    if (error instanceof Unreachable) restore(notice);
    else if (!isProblem(error, "not-found")) throw error; // gone already, in another tab
  }
}

function remove(notice: Notice): void {
  change((present) => present.filter((other) => other.id !== notice.id));
}

function restore(notice: Notice): void {
  change((present) => [...present, notice]);
}

function change(changed: (present: readonly Notice[]) => readonly Notice[]): void {
  const present = held.peek();
  if (present !== null) held.value = { ...present, notices: changed(present.notices) };
}
