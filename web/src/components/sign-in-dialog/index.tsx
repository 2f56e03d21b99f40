/** Asks the person whose session ended to sign in again, over their page, which stays as it was. */
import { useState } from "preact/hooks";
import type { Person } from "../../api";
import { t } from "../../i18n";
import { giveUp, interrupted, refreshSession } from "../../state";
import { Button } from "../button";
import { Dialog } from "../dialog";
import { PasskeySignIn } from "../passkey";
import { SignInForm } from "../sign-in-form";
import { providersOf, WorkAccountsInAnotherTab } from "../work-account";
import "./sign-in-dialog.css";

export function SignInDialog() {
  const person = interrupted.value;
  if (person === null) return null;
  // Translators: Title of the dialog over a page after the session has ended by itself.
  const title = t("Sign in again");
  return (
    <Dialog label={title} class="sign-in-dialog">
      <h2>{title}</h2>
      <p>
        {
          // Translators: Text of the dialog over a page after the session has ended by itself.
          t("Your session has ended to keep your keys safe. What you typed is still here, and you go on where you were.")
        }
      </p>
      {person.ways.includes("password") && <SignInForm username={person.username} />}
      {signsInByPasskey(person) && <PasskeySignIn />}
      <OtherWays person={person} />
      <Button kind="ghost" wide onClick={giveUp}>
        {
          // Translators: Button in the dialog "Sign in again": the person leaves the page and what was typed there.
          t("Leave this page and sign out")
        }
      </Button>
    </Dialog>
  );
}

/** A passkey of somebody who has a work account alone confirms, and does not sign in. */
function signsInByPasskey({ ways }: Person): boolean {
  return ways.includes("passkey") && (ways.includes("password") || !ways.some((way) => way.startsWith("oidc:")));
}

/** Work accounts sign in on a page of their own, and so in a tab of their own; this one hears of it, or is told. */
function OtherWays({ person }: { person: Person }) {
  const [asked, setAsked] = useState(false);
  if (providersOf(person).length === 0) return null;
  const look = async () => {
    await refreshSession().catch(() => undefined); // unreachable: the banner says so
    setAsked(true);
  };
  return (
    <>
      <WorkAccountsInAnotherTab person={person} confirm={false} />
      <Button wide onClick={() => void look()}>
        {
          // Translators: Button for somebody who has signed in again in another tab and comes back to go on here.
          t("I have signed in")
        }
      </Button>
      <p class="small muted" role="status">
        {
          // Translators: Said after the button "I have signed in", where that is not so.
          asked && t("You are not signed in yet. Sign in with your work account, then come back to this tab.")
        }
      </p>
    </>
  );
}
