/** The person's own devices, as last heard; pages show these at once and ask again behind them. */
import { computed, signal } from "@preact/signals";
import { api, isAbort, type CallOptions, type Device } from "../api";
import { underWay } from "../domain/deposit";
import { onceOver, pageOwner, person } from "./session";

interface Held {
  readonly owner: string;
  readonly devices: readonly Device[];
}

const held = signal<Held | null>(null);

/** Null until the first answer. What another person's session fetched is never shown. */
export const devices = computed(() =>
  held.value !== null && held.value.owner === pageOwner.value?.id ? held.value.devices : null,
);

/** Why the devices could not be fetched, if the latest try failed. */
export const devicesError = signal<unknown>(null);

/** Whether any device has a deposit on its way. */
export const anyUnderWay = computed(() => devices.value?.some((device) => underWay(device.deposit)) ?? false);

onceOver(() => {
  held.value = null;
});

let running: { readonly owner: string; readonly ends: Promise<void> } | null = null;

/** Fetches the person's devices; whoever asks while it is being done gets the same answer. */
export async function loadDevices(options?: CallOptions): Promise<void> {
  const owner = person.peek()?.id;
  if (owner === undefined) return;
  if (running?.owner !== owner) running = { owner, ends: fetchDevices(owner, options) };
  await running.ends;
}

async function fetchDevices(owner: string, options?: CallOptions): Promise<void> {
  try {
    const fetched = await api.devices(options);
    if (pageOwner.peek()?.id === owner) held.value = { owner, devices: fetched };
    devicesError.value = null;
  } catch (error) {
    if (!isAbort(error)) devicesError.value = error;
  } finally {
    running = null;
  }
}

/** Puts a device that was fetched by itself in its place in the list. */
export function rememberDevice(device: Device): void {
  const present = held.peek();
  if (present === null) return;
  const others = present.devices.map((other) => (other.id === device.id ? device : other));
  held.value = { ...present, devices: others };
}

export function knownDevice(id: string): Device | null {
  return devices.value?.find((device) => device.id === id) ?? null;
}
