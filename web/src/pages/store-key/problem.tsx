/** What keeps a key from being saved, in words: first what is so, then what is safe and what to do. */
import type { ComponentChildren } from "preact";
import { ApiProblem, isProblem, Unreachable } from "../../api";
import { type Differ, LENGTH, type Malformed } from "../../domain/recovery-key";
import { formatList, formatNumber, t, tn, tx } from "../../i18n";

/** An obstacle in one of the two fields, or whatever else kept the portal from taking the key. */
export type Problem = Malformed | Differ | { readonly code: "not-sent"; readonly reason: unknown };

/** The same problem as the portal told it. */
export function problemOf(reason: unknown, obstacle: Malformed | Differ | null): Problem {
  const about = isProblem(reason, "key-malformed") || isProblem(reason, "keys-differ");
  return about && obstacle?.code === reason.code ? obstacle : { code: "not-sent", reason };
}

export function MalformedWords({ problem }: { readonly problem: Malformed }) {
  if (problem.length === 0) return <Words what={nothingTyped()} />;
  if (problem.character !== null) return <Words what={foreign(problem.character)} then={whatBelongs()} />;
  return <Words what={wrongLength(problem.length)} then={whereToLook(problem.length)} />;
}

export function DifferWords({ problem }: { readonly problem: Differ }) {
  // Translators: Error below "Confirm recovery key": what was typed in the two fields is not the same.
  const what = t("The two keys are not the same.");
  if (problem.length === 0) return <Words what={what} then={secondMissing()} />;
  return <Words what={what} then={compare(problem)} />;
}

function compare({ groups, length }: Differ): string {
  const numbers = groups.map(formatNumber);
  const list = { groups: formatList(numbers) };
  // Translators: After "The two keys are not the same." {groups} is the number of one group of four characters.
  const one = () => t("Check group {groups} and try again. Nothing has been sent yet.", list);
  // Translators: After "The two keys are not the same." {groups} is a list of numbers: "2, 4 and 6".
  const many = () => t("Check groups {groups} and try again. Nothing has been sent yet.", list);
  const check = numbers.length === 1 ? one() : many();
  return length === LENGTH ? check : `${secondHas(length)} ${check}`;
}

function secondHas(length: number): string {
  // Translators: Error below "Confirm recovery key". {total} is how many characters a key has.
  return tn("There is {count} character of {total} here.", "There are {count} characters of {total} here.", length, { total: formatNumber(LENGTH) });
}

function secondMissing(): string {
  // Translators: Error below "Confirm recovery key", which is empty.
  return t("Enter the same key here once more. Nothing has been sent yet.");
}

function nothingTyped(): string {
  // Translators: Error below the field "Recovery key", which is empty.
  return t("Enter the recovery key of this Mac.");
}

function wrongLength(length: number): string {
  // Translators: Error below the field "Recovery key". {total} is how many characters a key has.
  return tn("There is {count} character here, and a key has {total}.", "There are {count} characters here, and a key has {total}.", length, {
    total: formatNumber(LENGTH),
  });
}

function whereToLook(length: number): string {
  if (length < LENGTH) {
    // Translators: After "Here are … characters, and a key has 24."
    return t("Look which ones are missing. Nothing has been sent yet.");
  }
  // Translators: After "Here are … characters, and a key has 24."
  return t("Look which ones are too many. Nothing has been sent yet.");
}

function foreign(character: string): ComponentChildren {
  const shown = <bdi translate={false}>{nameOf(character)}</bdi>;
  // Translators: Error below the field "Recovery key". {character} is one sign that was typed there.
  return tx("“{character}” does not belong in a key.", { character: shown });
}

function whatBelongs(): string {
  // Translators: After "“É” does not belong in a key."
  return t("A key has only the letters A to Z and the digits 0 to 9. Nothing has been sent yet.");
}

/** A sign as it can be shown: those without a shape of their own by their number in Unicode. */
function nameOf(character: string): string {
  if (!/[\p{C}\p{Z}\p{M}]/u.test(character)) return character;
  return `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}`;
}

/** What to say where the key was not taken, in the place of the save button's note. */
export function notSent(reason: unknown): { readonly title: string; readonly text: string } {
  if (reason instanceof Unreachable) {
    return {
      // Translators: Title of an error on the page where a key is stored: there is no connection.
      title: t("We can't reach the portal"),
      // Translators: Text of an error on the page where a key is stored: there is no connection.
      text: t("What you typed is still here. Check your internet connection and select Save again."),
    };
  }
  if (isProblem(reason, "sign-in-required")) {
    return {
      // Translators: Title of an error on the page where a key is stored: the session has ended.
      title: t("You are signed out"),
      // Translators: Text of an error on the page where a key is stored: the session has ended.
      text: t("What you typed is still here. Sign in and select Save again."),
    };
  }
  // Translators: Text of an error on the page where a key is stored that nobody foresaw.
  const unforeseen = t("What you typed is still here. Wait a moment and select Save again.");
  return {
    // Translators: Title of an error on the page where a key is stored that nobody foresaw.
    title: t("The key was not taken"),
    text: reason instanceof ApiProblem && reason.detail !== "" ? reason.detail : unforeseen,
  };
}

function Words({ what, then }: { readonly what: ComponentChildren; readonly then?: string }) {
  return (
    <>
      <p>
        <b>{what}</b>
      </p>
      {then && <p>{then}</p>}
    </>
  );
}
