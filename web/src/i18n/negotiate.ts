/**
 * Which of the languages at hand suits somebody best: RFC 4647, section 3.4
 * ("lookup"). A range is shortened from its end until a language has that name;
 * before the bare language its likely script is tried, so that `zh-TW` finds
 * `zh-Hant` and not `zh-Hans`.
 */
export function negotiate(wanted: readonly string[], available: readonly string[]): string | null {
  const byName = new Map(available.map((tag) => [tag.toLowerCase(), tag]));
  for (const range of wanted) {
    const found = fallbacks(range)
      .map((name) => byName.get(name.toLowerCase()))
      .find((tag) => tag !== undefined);
    if (found !== undefined) return found;
  }
  return null;
}

function fallbacks(range: string): string[] {
  const parts = range.split("-");
  const shortened = parts.map((_, dropped) => parts.slice(0, parts.length - dropped).join("-"));
  const bare = shortened.pop() ?? range;
  return [...shortened, ...likelyScript(range), bare];
}

function likelyScript(range: string): string[] {
  try {
    const likely = new Intl.Locale(range).maximize();
    return likely.script ? [`${likely.language}-${likely.script}`] : [];
  } catch {
    return []; // not a language tag, e.g. "*"
  }
}
