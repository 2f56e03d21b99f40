/** A page of the app at its address, with a signed-in person and a portal behind it. */
import type { ComponentChild } from "preact";
import { LocationProvider } from "preact-iso/router";
import { act } from "preact/test-utils";
import { vi } from "vitest";
import { session } from "../../src/state";
import { SESSION } from "./portal";
import { show } from "./render";

export async function open(address: string, page: ComponentChild): Promise<void> {
  history.replaceState(null, "", address);
  session.value = SESSION;
  await show(<LocationProvider>{page}</LocationProvider>);
  await settled();
}

/** Lets answers arrive, and the page follow them. */
export async function settled(): Promise<void> {
  await act(async () => {
    if (vi.isFakeTimers()) await vi.advanceTimersByTimeAsync(20);
    else await new Promise((resolve) => setTimeout(resolve, 30));
  });
}

/** Lets a page arrive that the app does not begin with. */
export async function arrived(): Promise<void> {
  await act(async () => void (await vi.dynamicImportSettled()));
}

/** Lets faked time pass, in milliseconds. */
export async function pass(time: number): Promise<void> {
  await act(async () => void (await vi.advanceTimersByTimeAsync(time)));
}

export function look(visible: boolean): void {
  Object.defineProperty(document, "visibilityState", { value: visible ? "visible" : "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
