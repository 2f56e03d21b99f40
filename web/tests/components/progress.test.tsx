import { expect, test } from "vitest";
import { Progress } from "../../src/components/progress";
import { find, show, words } from "../support/render";

test("each step says how far it is, and one is the present one", async () => {
  const page = await show(<Progress step="rotate" waitsForMac={false} />);
  expect([...page.querySelectorAll(".progress-name")].map(words)).toEqual([
    "Verify (done)",
    "Rotate (working on it)",
    "Store (still to come)",
  ]);
  expect([...page.querySelectorAll("li")].map((step) => step.getAttribute("aria-current"))).toEqual([null, "step", null]);
});

test("the next step is spoken politely", async () => {
  await show(<Progress step="verify" waitsForMac={false} />);
  expect(words(find("[role=status]"))).toBe("Verify: working on it");
  await show(<Progress step="store" waitsForMac={false} />);
  expect(words(find("[role=status]"))).toBe("Store: working on it");
});
