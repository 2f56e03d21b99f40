/**
 * A key is only asked for when somebody pressed for it. The press on "Get recovery key" leads to another page, so it
 * is noted here; a reload, Back and a restored tab bring no press, and show a button first.
 */
let wanted: string | null = null;

/** Note that the key of this device was pressed for. */
export function intendToSee(deviceId: string): void {
  wanted = deviceId;
}

/** Whether it was, which is told once only. */
export function takeIntent(deviceId: string): boolean {
  const intended = wanted === deviceId;
  wanted = null;
  return intended;
}
