/** Puts a key on the clipboard for a minute. */

/** Milliseconds after which the clipboard is emptied. */
export const KEPT_FOR = 60_000;

let clearing: ReturnType<typeof setTimeout> | undefined;

/** Copy a text and clear the clipboard after a while; false where the browser does not allow copying. */
export async function copyForAWhile(text: string): Promise<boolean> {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    return false;
  }
  clearTimeout(clearing);
  clearing = setTimeout(clearWhenAllowed, KEPT_FOR);
  return true;
}

/**
 * Browsers let only the window in use write to the clipboard, so a window in the background waits until it is used
 * again. What lies there by then is not read: that would ask the person for leave.
 */
function clearWhenAllowed(): void {
  if (document.hasFocus()) void clear();
  else window.addEventListener("focus", () => void clear(), { once: true });
}

async function clear(): Promise<void> {
  // Where the browser refuses, the person was told nothing untrue: it asks for a press of a button first.
  await navigator.clipboard.writeText("").catch(() => undefined);
}
