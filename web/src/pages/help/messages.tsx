/** The messages of the portal, with what each means and what to do. */
import type { ComponentChildren } from "preact";
import { t, tx } from "../../i18n";
import { names } from "../../i18n/names";

export function MessageMeanings() {
  return (
    <dl class="help-messages">
      <Meaning
        code="keys-differ"
        // Translators: First sentence of the message keys-differ, under the field where the recovery key is entered again.
        words={t("The two keys are not the same.")}
      >
        <p>
          {
            // Translators: Guide, meaning of the message "The two keys are not the same."
            t("What you entered the second time differs from the first. Compare both with your paper and try again. Nothing has been sent.")
          }
        </p>
      </Meaning>
      <Meaning
        code="device-not-updated"
        // Translators: Guide: the message device-not-updated, without the name of the Mac.
        words={t("The recovery key of your Mac could not be stored.")}
      >
        <p>
          {
            // Translators: Guide, meaning of the message device-not-updated.
            t("You may read this on any page. Go to the Mac that it names: there it says what to do next.")
          }
        </p>
      </Meaning>
      <Meaning
        code="key-not-accepted"
        // Translators: Title of the message key-not-accepted, at the top of a Mac's page.
        words={t("This key could not be stored")}
      >
        <NotAccepted />
      </Meaning>
      <Meaning
        code="working"
        // Translators: Title while the Mac verifies and replaces a key that was just saved.
        words={t("We are working on your key")}
      >
        <p>
          {
            // Translators: First, bold sentence of the reminder: the key that the person has on paper.
            t("Keep your key until you read here that it was updated.")
          }
        </p>
        <p>
          {
            // Translators: While the portal waits for a Mac that never talked to it.
            t("We are waiting for your Mac. Switch it on and connect it to the internet; then it goes on by itself.")
          }
        </p>
      </Meaning>
      <Meaning
        code="key-updated"
        // Translators: Title of the message key-updated, at the top of a Mac's page.
        words={t("Your key was updated")}
      >
        <p>
          {
            // Translators: Guide, meaning of the message "Your key was updated". {get} is the name of the button "Get recovery key".
            tx("Your Mac replaced the key and the new one is kept here. The old one no longer opens this Mac. If you are locked out, sign in and select {get}.", {
              get: <b>{names.getRecoveryKey()}</b>,
            })
          }
        </p>
      </Meaning>
      <Meaning
        code="rotation-failed"
        // Translators: Title of the message rotation-failed, at the top of a Mac's page: the Mac did not accept the kept key.
        words={t("The kept key may be out of date")}
      >
        <p>
          {
            // Translators: Guide, meaning of the message rotation-failed.
            t("Your Mac was to make a new key, but did not take the one that is kept here. As long as you can unlock the Mac, make a new key by hand and store that one.")
          }
        </p>
        <p>
          {
            // Translators: Guide, further meaning of the message "The kept key may be out of date".
            t("You read it as well when your Mac tells of another key, for instance because somebody made a new one on it. If FileVault was switched off, or the recovery key was removed, the page of your Mac says so and what to do. The kept keys stay here in any case.")
          }
        </p>
      </Meaning>
    </dl>
  );
}

/** The messages have their codes as anchors: their banners lead here. */
function Meaning({ code, words, children }: { code: string; words: string; children: ComponentChildren }) {
  return (
    <div id={code} tabIndex={-1} data-message={code}>
      <dt>{words}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function NotAccepted() {
  return (
    <>
      <p>
        {
          // Translators: Guide, meaning of the message "This key could not be stored".
          t("A key that was kept before is unchanged. There are three likely causes, and the page of your Mac marks those that we know to apply:")
        }
      </p>
      <ol class="help-steps">
        <li>
          {
            // Translators: Guide, first cause of "This key could not be stored".
            t("The key may be wrong. Check it against your paper and try again.")
          }
        </li>
        <li>
          {
            // Translators: Guide, second cause of "This key could not be stored". {status} is a part of the page of a Mac, {check} the button "Check status" in it.
            tx("The Mac has not checked in for a while. Switch it on, connect it to the internet, select {check} under {status}, and try again.", {
              status: <b>{names.status()}</b>,
              check: <b>{names.checkStatus()}</b>,
            })
          }
        </li>
        <li>
          {
            // Translators: Guide, third cause of "This key could not be stored".
            t("Your organization may not have FileVault set up. Contact support, and say that your Mac was synced but the key still can't be stored.")
          }
        </li>
      </ol>
      <p>
        {
          // Translators: Guide, what to do when "This key could not be stored" keeps coming back.
          t("If it keeps happening, make a new key by hand, as described below, and store that one.")
        }
      </p>
    </>
  );
}
