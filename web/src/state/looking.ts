/** Asking again and again, but only while somebody looks at the page. */

/** Call `turn` at once and then after each delay that it returns (milliseconds), until `leaving` is aborted. */
export async function whileLooking(turn: () => Promise<number | null>, leaving: AbortSignal): Promise<void> {
  while (!leaving.aborted) {
    await looking(leaving);
    if (leaving.aborted) return;
    const delay = await turn();
    if (delay === null) return;
    await pause(delay, leaving);
  }
}

function looking(leaving: AbortSignal): Promise<void> {
  if (document.visibilityState === "visible") return Promise.resolve();
  return new Promise((resolve) => onReturn(resolve, leaving));
}

/** Ends early when somebody comes back to the page, so that they never see what is old. */
function pause(delay: number, leaving: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const ended = new AbortController();
    const end = () => {
      clearTimeout(timer);
      ended.abort();
      resolve();
    };
    const timer = setTimeout(end, delay);
    onReturn(end, AbortSignal.any([leaving, ended.signal]));
    leaving.addEventListener("abort", end, { once: true, signal: ended.signal });
  });
}

function onReturn(back: () => void, signal: AbortSignal): void {
  const check = () => document.visibilityState === "visible" && back();
  document.addEventListener("visibilitychange", check, { signal });
  signal.addEventListener("abort", back, { once: true });
}
