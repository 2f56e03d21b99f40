/** What became of the way to a provider of work accounts: the address that leads back says so where it came to nothing. */
import { signal } from "@preact/signals";

const PARAMETER = "sign_in";

/** Why nobody was signed in, as a code of the portal; null where nothing is to be told. */
export const outcome = signal<string | null>(null);

/** Takes it out of the address, so that it is told once: not after a reload, nor to whom the address is sent. */
export function takeOutcome(): void {
  const address = new URL(location.href);
  const told = address.searchParams.get(PARAMETER);
  if (told === null) return;
  address.searchParams.delete(PARAMETER);
  history.replaceState(history.state, "", address);
  outcome.value = told;
}
