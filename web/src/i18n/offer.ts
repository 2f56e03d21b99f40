/** Which languages there are to choose from. */
import { languages, type Language } from "./generated/languages";

/**
 * All but the pseudo-languages, which are for those who work on texts: the server answers in one only where its
 * settings say so, and then a page in one is what says it here.
 */
export function offered(page: string = document.documentElement.lang): readonly Language[] {
  const pseudo = languages.some((language) => language.pseudo && language.tag === page);
  return languages.filter((language) => pseudo || !language.pseudo);
}
