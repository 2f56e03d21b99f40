/**
 * The ways to the providers of work accounts, and what to say of a way that came to nothing.
 * A provider has pages of its own: from a page with something typed on it one goes there in
 * another tab.
 */
import type { Person, Provider } from "../../api";
import { t } from "../../i18n";
import { outcome, session } from "../../state";
import { ButtonLink, type ButtonKind } from "../button";
import { Icon } from "../icon";
import { outcomeWords } from "./words";
import "./work-account.css";

/** The page to which another tab comes back. */
export const SIGNED_IN = "/signed-in";

/** Signs in and comes back to the page that is shown. */
export function WorkAccount({ provider, kind }: { provider: Provider; kind: ButtonKind }) {
  const here = `${location.pathname}${location.search}`;
  return (
    <ButtonLink kind={kind} wide href={wayTo(provider, { next: here })}>
      {signInWith(provider)}
    </ButtonLink>
  );
}

/** Signs in again in another tab, by the providers that know this person. */
export function WorkAccountsInAnotherTab({ person, confirm }: { person: Person | null; confirm: boolean }) {
  return (
    <>
      {providersOf(person).map((provider) => (
        <ButtonLink
          key={provider.id}
          wide
          href={wayTo(provider, { next: SIGNED_IN, ...(confirm && { confirm: "1" }) })}
          target="_blank"
        >
          {signInWith(provider)}
        </ButtonLink>
      ))}
    </>
  );
}

/** The providers with which this person can sign in again. */
export function providersOf(person: Person | null): readonly Provider[] {
  return (session.value?.sign_in.oidc ?? []).filter(({ id }) => person?.ways.includes(`oidc:${id}`));
}

function wayTo(provider: Provider, query: Record<string, string>): string {
  return `${provider.url}?${new URLSearchParams(query)}`;
}

function signInWith({ name }: Provider): string {
  // Translators: Button that signs in with the account that the organization gave the person.
  if (name === null) return t("Sign in with your work account");
  // Translators: Button that signs in with an account of the organization. {name} is the name of the account's provider.
  return t("Sign in with {name}", { name });
}

/** Says why nobody was signed in, where that is so. */
export function SignInOutcome() {
  if (outcome.value === null) return null;
  return (
    <p class="field-error sign-in-outcome" role="alert">
      <Icon name="alert" />
      <span>{outcomeWords(outcome.value)}</span>
    </p>
  );
}
