import { expect, test } from "vitest";
import { deadline, secondsLeft, spokenMark, VISIBLE_FOR } from "../../src/components/clock/countdown";

const NOW = Date.parse("2026-11-23T09:41:00Z");

test.each([
  { id: "the portal's time is taken", visibleUntil: "2026-11-23T09:45:58Z", left: 298_000 },
  { id: "a shorter time too", visibleUntil: "2026-11-23T09:41:30Z", left: 30_000 },
  { id: "a clock that is ahead does not hide the key at once", visibleUntil: "2026-11-23T09:31:00Z", left: VISIBLE_FOR },
  { id: "a clock that is behind does not show it for longer", visibleUntil: "2026-11-23T10:41:00Z", left: VISIBLE_FOR },
  { id: "a time that can't be read counts for five minutes", visibleUntil: "soon", left: VISIBLE_FOR },
])("$id", ({ visibleUntil, left }) => {
  expect(deadline(visibleUntil, NOW) - NOW).toBe(left);
});

test.each([
  { passed: 0, seconds: 300 },
  { passed: 1, seconds: 300 },
  { passed: 299_001, seconds: 1 },
  { passed: 300_000, seconds: 0 },
  { passed: 400_000, seconds: 0 },
])("after $passed ms there are $seconds seconds left", ({ passed, seconds }) => {
  expect(secondsLeft(NOW + VISIBLE_FOR, NOW + passed)).toBe(seconds);
});

test.each([
  { seconds: 300, mark: 300 },
  { seconds: 61, mark: 300 },
  { seconds: 60, mark: 60 },
  { seconds: 11, mark: 60 },
  { seconds: 10, mark: 10 },
  { seconds: 1, mark: 10 },
])("at $seconds seconds, $mark was spoken last", ({ seconds, mark }) => {
  expect(spokenMark(seconds)).toBe(mark);
});
