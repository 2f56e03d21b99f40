import { afterEach, describe, expect, test } from "vitest";
import { momentWords } from "../../src/components/moment";
import { formatClock, formatDate, formatList, formatRelative, locale, t, tn, tx } from "../../src/i18n";

const NOW = new Date(2026, 5, 15, 14, 5); // in the zone of the machine, as a reader sees it

afterEach(() => {
  locale.value = "en";
});

describe("how long ago", () => {
  test.each([
    ["less than a minute", new Date(2026, 5, 15, 14, 4, 40), "now"],
    ["a clock that is a little ahead", new Date(2026, 5, 15, 14, 5, 20), "now"],
    ["minutes", new Date(2026, 5, 15, 14, 3), "2 minutes ago"],
    ["hours of the same day", new Date(2026, 5, 15, 9, 0), "5 hours ago"],
    ["yesterday, though less than a day ago", new Date(2026, 5, 14, 23, 0), "yesterday"],
    ["days by the calendar", new Date(2026, 5, 3, 23, 59), "12 days ago"],
    ["days to come", new Date(2026, 5, 18, 1, 0), "in 3 days"],
  ])("%s", (_case, moment, expected) => {
    expect(formatRelative(moment, NOW)).toBe(expected);
  });
});

describe("a moment in words", () => {
  test.each([
    ["within the minute", new Date(2026, 5, 15, 14, 4, 40), "since", "just now"],
    ["within the hour", new Date(2026, 5, 15, 14, 3), "exact", "2 minutes ago"],
    ["within the hour, as what stays true", new Date(2026, 5, 15, 14, 3), "date", "today, 14:03"],
    ["longer ago, as what stays true", new Date(2026, 5, 3, 14, 5), "date", "3 June, 14:05"],
    ["within the hour across midnight is no day ago", new Date(2026, 5, 15, 13, 30), "since", "35 minutes ago"],
    ["today", new Date(2026, 5, 15, 9, 12), "since", "today, 09:12"],
    ["yesterday", new Date(2026, 5, 14, 7, 40), "exact", "yesterday, 07:40"],
    ["longer ago, as a distance", new Date(2026, 5, 3, 14, 5), "since", "12 days ago"],
    ["longer ago, as a date", new Date(2026, 5, 3, 14, 5), "exact", "3 June, 14:05"],
    ["in another year", new Date(2025, 11, 24, 8, 0), "exact", "24 December 2025, 08:00"],
  ] as const)("%s", (_case, moment, as, expected) => {
    locale.value = "en-GB";
    expect(momentWords(moment, as, NOW)).toBe(expected);
  });
});

test("a date names its year only where it is another", () => {
  locale.value = "nl";
  expect(formatDate(new Date(2026, 0, 14), NOW)).toBe("14 januari");
  expect(formatDate(new Date(2025, 0, 14), NOW)).toBe("14 januari 2025");
});

test.each([
  [300, "en", "5:00"],
  [59.2, "en", "1:00"],
  [9, "en", "0:09"],
  [-3, "en", "0:00"],
  [61, "ar-EG", "١:٠١"],
])("a clock at %d seconds in %s", (seconds, tag, expected) => {
  locale.value = tag;
  expect(formatClock(seconds)).toBe(expected);
});

test("lists, counts and sentences follow the language", () => {
  locale.value = "nl";
  expect(formatList(["a", "b", "c"])).toBe("a, b en c");
  expect(tn("{count} key", "{count} keys", 1200)).toBe("1.200 keys");
  expect(t("{a} of {b}", { a: 1, b: "{a}" })).toBe("1 of {a}");
  expect(tx("The key of {device}", { device: ["x"] })).toEqual(["The key of ", ["x"]]);
});
