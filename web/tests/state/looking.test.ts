import { beforeEach, expect, test, vi } from "vitest";
import { whileLooking } from "../../src/state/looking";

test("asks at once, then after each delay", async () => {
  const turn = await asking(1_000);
  expect(turn).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2_000);
  expect(turn).toHaveBeenCalledTimes(3);
});

test("asks nothing while nobody looks, and at once on the return", async () => {
  const turn = await asking(1_000);
  look(false);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(turn).toHaveBeenCalledTimes(1);
  look(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(turn).toHaveBeenCalledTimes(2);
});

test("a return ends a long pause", async () => {
  const turn = await asking(30_000);
  look(false);
  look(true);
  await vi.advanceTimersByTimeAsync(0);
  expect(turn).toHaveBeenCalledTimes(2);
});

test("ends when the turn says so", async () => {
  const turn = vi.fn(() => Promise.resolve(null));
  await whileLooking(turn, new AbortController().signal);
  expect(turn).toHaveBeenCalledTimes(1);
});

test("ends when the page is left", async () => {
  const leaving = new AbortController();
  const turn = vi.fn(() => Promise.resolve(1_000));
  const ended = whileLooking(turn, leaving.signal);
  await vi.advanceTimersByTimeAsync(500);
  leaving.abort();
  await ended;
  await vi.advanceTimersByTimeAsync(5_000);
  expect(turn).toHaveBeenCalledTimes(1);
});

beforeEach(() => {
  vi.useFakeTimers();
  look(true);
});

async function asking(delay: number) {
  const turn = vi.fn(() => Promise.resolve(delay));
  void whileLooking(turn, new AbortController().signal);
  await vi.advanceTimersByTimeAsync(0);
  return turn;
}

function look(visible: boolean): void {
  Object.defineProperty(document, "visibilityState", { value: visible ? "visible" : "hidden", configurable: true });
  document.dispatchEvent(new Event("visibilitychange"));
}
