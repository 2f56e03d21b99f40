/** Asks the person whose session ended to sign in again, over their page, which stays as it was. */
import { t } from "../../i18n";
import { giveUp, interrupted, session } from "../../state";
import { Button, ButtonLink } from "../button";
import { Dialog } from "../dialog";
import { SignInForm } from "../sign-in-form";
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
      {session.value?.sign_in.password && <SignInForm username={person.username} />}
      <OtherWays />
      <Button kind="ghost" wide onClick={giveUp}>
        {
          // Translators: Button in the dialog "Sign in again": the person leaves the page and what was typed there.
          t("Leave this page and sign out")
        }
      </Button>
    </Dialog>
  );
}

/** Work accounts sign in on a page of their own, and so in a tab of their own; this one hears of it. */
function OtherWays() {
  const providers = session.value?.sign_in.oidc ?? [];
  return (
    <>
      {providers.map(({ id, name, url }) => (
        <ButtonLink key={id} wide href={url} target="_blank">
          {
            // Translators: Button that signs in with an account of the organization. {name} is the name of the account's provider.
            t("Sign in with {name}", { name })
          }
        </ButtonLink>
      ))}
    </>
  );
}
