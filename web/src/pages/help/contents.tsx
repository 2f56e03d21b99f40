/** The chapters of the guide, in order. Its texts are in the same catalogs as the pages that they speak of. */
import type { ComponentChildren, FunctionComponent } from "preact";
import { CopyCommand } from "../../components/copy-command";
import { SupportContact, supportName } from "../../components/support-contact";
import { names, type Name } from "../../i18n/names";
import { t, tx } from "../../i18n";
import { MessageMeanings } from "./messages";
import { Pictured } from "./picture";

export interface Chapter {
  /** The anchor in the address. */
  readonly id: string;
  readonly title: () => string;
  readonly Text: FunctionComponent;
}

export const CONTENTS: readonly Chapter[] = [
  // Translators: Title of a chapter of the guide.
  { id: "why", title: () => t("Why store a recovery key?"), Text: Why },
  // Translators: Title of a chapter of the guide.
  { id: "need", title: () => t("Do I need to do this?"), Text: DoINeedTo },
  // Translators: Title of a chapter of the guide.
  { id: "steps", title: () => t("Step by step"), Text: StepByStep },
  // Translators: Title of a chapter of the guide.
  { id: "messages", title: () => t("The messages and what they mean"), Text: MessageMeanings },
  // Translators: Title of a chapter of the guide.
  { id: "get", title: () => t("Get your key back"), Text: GetIt },
  // Translators: Title of a chapter of the guide.
  { id: "rotate", title: () => t("A new key for your Mac"), Text: Rotate },
  // Translators: Title of a chapter of the guide.
  { id: "privacy", title: () => t("What support can see"), Text: WhatSupportSees },
  // Translators: Title of a chapter of the guide.
  { id: "access", title: () => t("Access to work"), Text: AccessToWork },
  // Translators: Title of a chapter of the guide.
  { id: "contact", title: () => t("Contact"), Text: Contact },
];

/** The fixed name of a thing on screen, set off from the sentence. */
function Named({ name }: { name: Name }) {
  return <b>{names[name]()}</b>;
}

function Why() {
  return (
    <>
      <p>
        {
          // Translators: Guide, why store a key. FileVault is Apple's disk encryption and keeps its name.
          t("FileVault encrypts the disk of your Mac. Without your password nobody can read it, and neither can you. The recovery key is the way in when the password is lost or the Mac is locked.")
        }
      </p>
      <p>
        {
          // Translators: Guide, why store a key.
          t("A note on paper gets lost, and a photo on the locked Mac is of no use. Here the key is kept sealed, and you can get it back from any device, in your own language.")
        }
      </p>
    </>
  );
}

function DoINeedTo() {
  return (
    <>
      <p>
        {
          // Translators: Guide, whether one has to store a key.
          t("You do if your Mac was encrypted before it was enrolled with your organization, or if you switched on FileVault yourself. Then only you have the key.")
        }
      </p>
      <p>
        {
          // Translators: Guide, whether one has to store a key. {support} is the name of the support, or "your IT department".
          tx("You need not if your Mac shows that its key is kept. If {support} asks you to store it, you get a message here.", {
            support: <bdi>{supportName()}</bdi>,
          })
        }
      </p>
    </>
  );
}

function StepByStep() {
  return (
    <>
      <ol class="help-steps">
        <li>
          {
            // Translators: Guide, step 1 of storing a key.
            t("Sign in with your work account, on any device.")
          }
        </li>
        <li>
          <Pictured shot="devices">
            {
              // Translators: Guide, step 2 of storing a key. {devices} is the name of the page with the Macs.
              tx("Under {devices}, choose the Mac that is encrypted.", { devices: <Named name="devices" /> })
            }
          </Pictured>
        </li>
        <li>
          <Pictured shot="store">
            {
              // Translators: Guide, step 3 of storing a key. {store} is the name of the button "Store recovery key".
              tx("Select {store}.", { store: <Named name="storeRecoveryKey" /> })
            }
          </Pictured>
        </li>
        <li>
          <Pictured shot="enter">
            {
              // Translators: Guide, step 4 of storing a key.
              t("Enter the key of 24 letters and digits that you got when the Mac was encrypted. Dashes and spaces are not needed.")
            }
          </Pictured>
        </li>
        <li>
          <Pictured shot="save">
            {
              // Translators: Guide, step 5 of storing a key. {save} is the name of the button "Save".
              tx("Enter it once more and select {save}.", { save: <Named name="save" /> })
            }
          </Pictured>
        </li>
      </ol>
      <Pictured shot="working">
        <p>
          {
            // Translators: Guide, after the steps of storing a key.
            t("The rest goes by itself: your Mac checks the key, replaces it by a new one, and we keep the new one. You may close the page. The outcome is on the page of your Mac when you come back.")
          }
        </p>
      </Pictured>
      <Pictured shot="updated">
        <p>
          <strong>
            {
              // Translators: Guide, after the steps of storing a key.
              t("Keep your old key until you read here that it was updated.")
            }
          </strong>
        </p>
      </Pictured>
    </>
  );
}

function GetIt() {
  return (
    <>
      <p>
        {
          // Translators: Guide, how to get a key back. {get} is the name of the button "Get recovery key".
          tx("Is your Mac locked? Sign in here on your phone, choose the Mac and select {get}. You may be asked for your password again.", {
            get: <Named name="getRecoveryKey" />,
          })
        }
      </p>
      <Pictured shot="key">
        <p>
          {
            // Translators: Guide, how to get a key back.
            t("The key is shown for five minutes in six groups. You can copy it, print it, or have it spelled in words to read it over the phone. After that you can ask for it again.")
          }
        </p>
      </Pictured>
      <p>
        {
          // Translators: Guide, how to get a key back.
          t("Earlier keys stay available as well. You need one when you put back a disk from a backup.")
        }
      </p>
    </>
  );
}

function Rotate() {
  return (
    <>
      <p>
        {
          // Translators: Guide, how to replace a key. {rotate} is the name of the button "Rotate recovery key".
          tx("Has somebody seen your key? Select {rotate} on the page of your Mac. Your Mac makes a new key, and we keep that one.", {
            rotate: <Named name="rotateRecoveryKey" />,
          })
        }
      </p>
      <p>
        {
          // Translators: Guide, how to replace a key by hand. Terminal is a program on every Mac and keeps its name.
          t("It can be done by hand too, as long as you can unlock the Mac. Open Terminal on the Mac and enter this:")
        }
      </p>
      <CopyCommand command="sudo fdesetup changerecovery -personal" />
      <p>
        {
          // Translators: Guide, how to replace a key by hand, after the Terminal command.
          t("Write the new key down, and store it here.")
        }
      </p>
    </>
  );
}

function WhatSupportSees() {
  return (
    <ul class="help-points">
      <li>
        {
          // Translators: Guide, what support may see.
          t("The key of your personal Mac is shown to you alone. Support never sees it, and no administrator can change that afterwards.")
        }
      </li>
      <li>
        {
          // Translators: Guide, what support may see.
          t("The key of a Mac of your organization may be shown to support, who must give a reason. You get a message when that happens.")
        }
      </li>
      <li>
        {
          // Translators: Guide, what support may see.
          t("Support can see the name, model and state of your Mac, ask it to check in, have it make a new key, and ask you to store a key.")
        }
      </li>
      <li>
        {
          // Translators: Guide, what support may see.
          t("Every time that a key is shown is written down in a log that nobody can change unnoticed.")
        }
      </li>
    </ul>
  );
}

function AccessToWork() {
  return (
    <>
      <p>
        {
          // Translators: Guide, access to work resources.
          t("Your organization may ask that a key is kept before a Mac can reach work. The page of your Mac says how things stand, and until when.")
        }
      </p>
      <p>
        {
          // Translators: Guide, access to work resources: what the organization may do, and what never happens.
          t("Where it insists on that, a new Mac gets some time, and you get that time again when the kept key turns out to be out of date. A key that you saved in time and that is on its way costs you no access.")
        }
      </p>
      <p>
        {
          // Translators: Guide, access to work resources. {status} is a part of the page of a Mac, {check} the name of the button "Check status" in it.
          tx("Did you change something? Select {check} under {status}. Your Mac is asked to check in, and you read whether it has access.", {
            status: <Named name="status" />,
            check: <Named name="checkStatus" />,
          })
        }
      </p>
    </>
  );
}

function Contact(): ComponentChildren {
  return (
    <>
      <p>
        {
          // Translators: Guide, before the support contact. {support} is the name of the support, or "your IT department".
          tx("Something else, or does it still not work? Ask {support}. Nobody will ever ask you for your recovery key.", {
            support: <bdi>{supportName()}</bdi>,
          })
        }
      </p>
      <SupportContact />
    </>
  );
}
