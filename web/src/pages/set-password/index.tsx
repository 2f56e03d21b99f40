/**
 * Set a password by a link that works once. The token stands behind the # of the address,
 * which goes to no server; it stays there until it is used, so that a reload loses nothing.
 */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, isProblem } from "../../api";
import { Banner } from "../../components/banner";
import { Button, ButtonLink } from "../../components/button";
import { NewPasswordField } from "../../components/new-password";
import { newPasswordError } from "../../components/new-password/words";
import { PageHeading } from "../../components/page-heading";
import { SupportContact } from "../../components/support-contact";
import { t, type Words } from "../../i18n";
import { refreshSession } from "../../state";
import "./set-password.css";

type Stage = "choosing" | "done" | "over";

export function SetPasswordPage() {
  const token = useSignal(location.hash.slice(1));
  useEffect(() => {
    // Another link, opened in the same tab, loads no page. The end of one is no other.
    const follow = () => (token.value = location.hash.slice(1) || token.peek());
    addEventListener("hashchange", follow);
    return () => removeEventListener("hashchange", follow);
  }, []);
  return <SetPassword key={token.value} token={token.value} />;
}

function SetPassword({ token }: { readonly token: string }) {
  const stage = useSignal<Stage>(token === "" ? "over" : "choosing");
  return (
    <div class="column column-form stack">
      <PageHeading
        // Translators: Title of the page on which somebody chooses a password for their account, by a link that they were given.
        title={t("Set your password")}
      />
      {stage.value === "choosing" && <Form token={token} onEnd={(end) => (stage.value = end)} />}
      {stage.value === "done" && <Done />}
      {stage.value === "over" && <Over />}
    </div>
  );
}

function Form({ token, onEnd }: { readonly token: string; readonly onEnd: (end: Stage) => void }) {
  const chosen = useSignal("");
  const error = useSignal<Words | null>(null);
  const busy = useSignal(false);
  const input = useRef<HTMLInputElement>(null);
  const set = async () => {
    busy.value = true;
    error.value = null;
    try {
      await api.useLink(token, chosen.value);
      // Worth nothing any more, and so nothing to be kept in the history of this browser.
      history.replaceState(null, "", location.pathname);
      onEnd("done");
      // Whoever was signed in here as that person is so no longer.
      await refreshSession().catch(() => undefined);
    } catch (reason) {
      if (isProblem(reason, "link-over")) onEnd("over");
      else {
        error.value = () => newPasswordError(reason);
        input.current?.focus();
      }
    } finally {
      busy.value = false;
    }
  };
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    if (!busy.peek()) void set();
  };
  return (
    <form class="card card-padded set-password" noValidate onSubmit={submit}>
      <NewPasswordField
        value={chosen.value}
        onInput={(value) => (chosen.value = value)}
        error={error.value?.()}
        inputRef={input}
        autofocus
      />
      <Button kind="primary" type="submit" wide busy={busy.value}>
        {
          // Translators: Button that sets the password that the person chose.
          t("Set password")
        }
      </Button>
    </form>
  );
}

function Done() {
  return (
    <Banner
      kind="ok"
      role="status"
      code="password-set"
      // Translators: Title of the message after somebody has set their password.
      title={t("Your password is set")}
    >
      <p>
        {
          // Translators: Text of the message after somebody has set their password.
          t("Sign in with your user name and this password.")
        }
      </p>
      <ButtonLink kind="primary" href="/">
        {
          // Translators: Fixed name of an action: the button that signs in, and the title of its page.
          t("Sign in")
        }
      </ButtonLink>
    </Banner>
  );
}

function Over() {
  return (
    <Banner
      kind="warn"
      role="alert"
      code="link-over"
      // Translators: Title of an error answer: the link with which a person sets their password does not work.
      title={t("This link no longer works")}
    >
      <p>
        {
          // Translators: Explains the error "This link no longer works".
          t("It works once, for a limited time, and a newer link takes its place. Ask support for another one.")
        }
      </p>
      <SupportContact plain />
    </Banner>
  );
}
