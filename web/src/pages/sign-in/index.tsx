/**
 * Sign in. It stands in for whatever page was asked for, at that page's own
 * address, so that one is there after signing in.
 */
import { useState } from "preact/hooks";
import type { Session } from "../../api";
import { Button } from "../../components/button";
import { Cabinet } from "../../components/cabinet";
import { PageHeading } from "../../components/page-heading";
import { PasskeySignIn } from "../../components/passkey";
import { SignInForm } from "../../components/sign-in-form";
import { SupportContact, supportName } from "../../components/support-contact";
import { SignInOutcome, WorkAccount } from "../../components/work-account";
import { t, tx } from "../../i18n";
import { session } from "../../state";
import "./sign-in.css";

export function SignInPage({ signIn }: { signIn: Session["sign_in"] }) {
  return (
    <main id="main" class="sign-in" tabIndex={-1}>
      <Cabinet />
      <div class="sign-in-side">
        <div class="sign-in-words">
          <Organization />
          <PageHeading
            // Translators: Fixed name of an action: the button that signs in, and the title of its page.
            title={t("Sign in")}
            // Translators: Promise of the portal, on the sign-in page.
            lead={t("Keep the recovery key of your Mac here. If your Mac is ever locked, you get the key back here.")}
          />
          <SignInOutcome />
          <Ways signIn={signIn} />
        </div>
        <NoAccess />
      </div>
    </main>
  );
}

function Organization() {
  const name = session.value?.organization;
  if (!name) return null;
  return (
    <p class="sign-in-organization">
      <bdi>{name}</bdi>
    </p>
  );
}

function Ways({ signIn }: { signIn: Session["sign_in"] }) {
  const [local, setLocal] = useState(signIn.oidc.length === 0);
  if (local) {
    return (
      <div class="stack">
        <div>
          <SignInForm />
          <PasskeySignIn />
        </div>
        {signIn.oidc.map((provider) => (
          <WorkAccount key={provider.id} provider={provider} kind="quiet" />
        ))}
      </div>
    );
  }
  return (
    <div class="stack">
      {signIn.oidc.map((provider, at) => (
        <WorkAccount key={provider.id} provider={provider} kind={at === 0 ? "primary" : "quiet"} />
      ))}
      <PasskeySignIn />
      {signIn.password && (
        <Button kind="ghost" wide onClick={() => setLocal(true)}>
          {
            // Translators: Button on the sign-in page, beside the one for the work account: shows fields for user name and password.
            t("Sign in with a local account")
          }
        </Button>
      )}
    </div>
  );
}

function NoAccess() {
  return (
    <aside class="sign-in-foot">
      <p class="small muted">
        {
          // Translators: On the sign-in page, before the support contact. {support} is the name of the support, or "your IT department".
          tx("Can't sign in? Ask {support} to give you access again.", { support: <bdi>{supportName()}</bdi> })
        }
      </p>
      <SupportContact plain />
      <p class="small">
        <a href="/help">
          {
            // Translators: Link on the sign-in page to the guide.
            t("What is this portal for?")
          }
        </a>
      </p>
    </aside>
  );
}
