/**
 * Which of the languages at hand suits somebody best: RFC 4647, section 3.4
 * ("lookup"). A range is shortened from its end until a language has that name;
 * before the bare language its likely script is tried, with the region too, so
 * that `zh-TW` finds `zh-Hant` and not `zh-Hans`; behind it what stands for it.
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
  // Behind the language a wildcard stands for whatever may stand there.
  const parts = range
    .replace(MANDARIN, "zh")
    .split("-")
    .filter((part, at) => at === 0 || part !== "*");
  const shortened = parts.map((_, dropped) => parts.slice(0, parts.length - dropped).join("-"));
  const bare = shortened.pop() ?? range;
  const standIn = STANDS_FOR.get(bare.toLowerCase());
  return [...shortened, ...likelyScript(parts.join("-"), bare), bare, ...(standIn === undefined ? [] : [standIn])];
}

/**
 * Former names of languages that some browsers still send; what is written
 * where somebody asks for a wider language, for its other written form or for
 * one that is mostly spoken; and Portuguese without a region, as CLDR has it for
 * all countries but Brazil.
 */
const STANDS_FOR = new Map([
  ["in", "id"],
  ["iw", "he"],
  ["mo", "ro"],
  ["nn", "nb"],
  ["no", "nb"],
  ["pt", "pt-PT"],
  ["sh", "sr-Latn"],
  ["sr", "sr-Latn"],
  ["yue", "zh-Hant"],
]);

/** What Chinese is called where somebody means just that one. */
const MANDARIN = /^(?:zh-)?cmn(?=-|$)/i;

function likelyScript(range: string, bare: string): string[] {
  const asked = localeOf(range) ?? localeOf(bare);
  const { language, script } = asked?.maximize() ?? {};
  if (script === undefined) return [];
  return [...(asked?.region ? [`${language}-${script}-${asked.region}`] : []), `${language}-${script}`];
}

function localeOf(tag: string): Intl.Locale | null {
  try {
    return new Intl.Locale(tag);
  } catch {
    return null; // not a language tag, e.g. "*"
  }
}
