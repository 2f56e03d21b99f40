import { beforeEach, describe, expect, test, vi } from "vitest";
import { LeaveGuard } from "../../src/components/leave-guard";
import { exists, find, press, show } from "../support/render";

const followed = vi.fn((event: Event) => event.preventDefault());

describe("while something is typed", () => {
  beforeEach(() => guarded(true));

  test("a link asks first", async () => {
    await press("a", "Devices");
    expect(followed).not.toHaveBeenCalled();
    expect(exists("dialog")).toBe(true);
  });

  test("who stays has left nothing", async () => {
    await press("a", "Devices");
    await press("button", "Stay here");
    expect(exists("dialog")).toBe(false);
    expect(followed).not.toHaveBeenCalled();
  });

  test("who leaves goes where the link led, unasked", async () => {
    await press("a", "Devices");
    await press("button", "Leave");
    expect(followed).toHaveBeenCalledOnce();
  });

  test.each(["Another tab", "Further down", "Elsewhere"])("a link does not ask where the page stays or the browser asks: %s", async (name) => {
    await press("a", name);
    expect(exists("dialog")).toBe(false);
  });

  test("closing the tab asks through the browser", () => {
    expect(window.dispatchEvent(new Event("beforeunload", { cancelable: true }))).toBe(false);
  });
});

test("nothing typed, nothing asked", async () => {
  await guarded(false);
  await press("a", "Devices");
  expect(followed).toHaveBeenCalledOnce();
  expect(window.dispatchEvent(new Event("beforeunload", { cancelable: true }))).toBe(true);
});

test("once it is sent the way is free", async () => {
  await guarded(true);
  await guarded(false);
  await press("a", "Devices");
  expect(exists("dialog")).toBe(false);
});

beforeEach(() => void followed.mockClear());

async function guarded(when: boolean): Promise<void> {
  await show(
    <>
      <LeaveGuard when={when} />
      <div onClick={followed}>
        <a href="/devices">Devices</a>
        <a href="/help" target="_blank">
          Another tab
        </a>
        <a href="#below">Further down</a>
        <a href="https://elsewhere.example/">Elsewhere</a>
      </div>
    </>,
  );
  expect(find("a", "Devices").isConnected).toBe(true);
}
