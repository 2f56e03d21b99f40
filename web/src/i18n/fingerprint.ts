/**
 * The fingerprint by which a message finds its place in every catalog.
 *
 * FNV-1a with 32 bits over the UTF-16 code units of the key. The catalogs hold
 * translations only, in one fixed order, so the English texts are not sent a
 * second time; the compiler of the catalogs refuses two keys with one fingerprint.
 */

/** Joins context and message in a key, as in a compiled gettext catalog. */
const CONTEXT_MARK = "\u0004";

/** The key of a message: its English text, with its context before it if it has one. */
export function messageKey(source: string, context?: string): string {
  return context === undefined ? source : context + CONTEXT_MARK + source;
}

export function fingerprint(key: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < key.length; index += 1) {
    hash = Math.imul(hash ^ key.charCodeAt(index), 0x01000193);
  }
  return hash >>> 0;
}
