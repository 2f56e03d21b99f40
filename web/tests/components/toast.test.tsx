/** The messages of every page: the newest in sight, the rest one press away. */
import { beforeEach, describe, expect, test } from "vitest";
import type { Notice } from "../../src/api";
import { Messages } from "../../src/components/toast";
import { loadNotices } from "../../src/state";
import { open, settled } from "../support/page";
import { list, portal } from "../support/portal";
import { exists, find, press, words } from "../support/render";

describe("several messages", () => {
  beforeEach(() => openWith(notice("a"), notice("b"), notice("c")));

  test("show the newest and how many there are more", () => {
    expect(shown()).toEqual(["The recovery key of Mac c could not be stored."]);
    expect(find("button", "2 more messages").getAttribute("aria-expanded")).toBe("false");
  });

  test("are all shown on request, and fewer again", async () => {
    await press("button", "2 more messages");
    expect(shown().map((text) => text.slice(20, 25))).toEqual(["Mac c", "Mac b", "Mac a"]);
    await press("button", "Show fewer messages");
    expect(shown()).toHaveLength(1);
  });

  test("give way to the one before when the newest is closed", async () => {
    await press(`[aria-label="Close the message about Mac c"]`);
    await settled();
    expect(shown()).toEqual(["The recovery key of Mac b could not be stored."]);
    expect(words(find(".messages-more"))).toBe("1 more message");
  });
});

test("one message stands alone", async () => {
  await openWith(notice("a"));
  expect(shown()).toHaveLength(1);
  expect(exists(".messages-more")).toBe(false);
});

async function openWith(...notices: readonly Notice[]): Promise<void> {
  const deleted = Object.fromEntries(notices.map(({ id }) => [`DELETE /notices/${id}`, { status: 204 }]));
  portal({ "GET /notices": list(notices), ...deleted });
  await open("/devices", <Messages />);
  await loadNotices();
  await settled();
}

function notice(id: string): Notice {
  return { id, code: "device-not-updated", device: { id: `m-${id}`, name: `Mac ${id}` }, by: null, created_at: "2026-11-23T09:41:00Z" };
}

function shown(): string[] {
  return [...document.querySelectorAll("[data-message] [role=alert]")].map(words);
}
