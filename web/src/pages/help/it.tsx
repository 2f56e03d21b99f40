/** The guide for those who run the portal: FileVault, the escrow profile, NanoMDM, and what each policy does. */
import type { ComponentChildren } from "preact";
import { CopyCommand } from "../../components/copy-command";
import { PageHeading } from "../../components/page-heading";
import { t, tx } from "../../i18n";
import "./help.css";

export function ItHelpPage() {
  return (
    <div class="column help">
      <PageHeading
        title={itHelp()}
        back={{
          href: "/help",
          // Translators: Title of the guide, and its name in the navigation.
          label: t("Help"),
        }}
      />
      <div class="help-chapters">
        <Chapter title={<bdi>FileVault</bdi>}>
          <p>
            {
              // Translators: Guide for IT. FileVault and MDM keep their names; "System Settings" is the program of macOS, by its name in your language.
              t("The portal keeps the keys of disks that are encrypted. Switch on FileVault with your MDM server, or have people do it in System Settings.")
            }
          </p>
        </Chapter>
        <Chapter
          // Translators: Guide for IT, title of a chapter: a configuration profile with which a Mac hands its key to the organization.
          title={t("The escrow profile")}
        >
          <EscrowProfile />
        </Chapter>
        <Chapter title={<bdi>NanoMDM</bdi>}>
          <NanoMdm />
        </Chapter>
        <Chapter
          // Translators: Guide for IT, title of a chapter about the settings of the portal.
          title={t("What each setting does")}
        >
          <dl class="help-messages">
            {Object.entries(POLICIES).map(([name, words]) => (
              <div key={name}>
                <dt>
                  <code class="ltr">{`SLEUTELKAST_${name}`}</code>
                </dt>
                <dd>
                  <p>{words()}</p>
                </dd>
              </div>
            ))}
          </dl>
        </Chapter>
      </div>
    </div>
  );
}

/** Its name on the page, and in the guide for everybody that leads to it. */
export function itHelp(): string {
  // Translators: Title of the guide for those who run the portal, and the link to it.
  return t("Help for IT");
}

function Chapter({ title, children }: { readonly title: ComponentChildren; readonly children: ComponentChildren }) {
  return (
    <section class="card card-padded help-chapter">
      <h2>{title}</h2>
      {children}
    </section>
  );
}

function EscrowProfile() {
  return (
    <>
      <p>
        {
          // Translators: Guide for IT, the escrow profile: before the command that writes it.
          t("This command writes the profile. With it, a Mac tells its new key whenever it is asked, so that a key whose answer got lost is found again. Install it on every Mac.")
        }
      </p>
      <CopyCommand command="sleutelkast profile --output escrow.mobileconfig" />
      <p>
        {
          // Translators: Guide for IT, what happens without the escrow profile.
          t("Without it, an answer that comes while the portal is down is lost: the owner reads that the key could not be stored, and makes a new one by hand.")
        }
      </p>
    </>
  );
}

function NanoMdm() {
  return (
    <>
      <p>
        {
          // Translators: Guide for IT, before the command that starts the MDM server. {server} is its name.
          tx("Start {server} with the address of this portal and a secret that both know. The enrolment profile has to grant the access rights 4, 16 and 1024.", {
            server: <bdi>NanoMDM</bdi>,
          })
        }
      </p>
      <CopyCommand command={`nanomdm -webhook-url ${location.origin}/mdm/webhook -webhook-hmac-key SECRET`} />
      <p>
        {
          // Translators: Guide for IT, before a command.
          t("This command checks every part and says what to mend.")
        }
      </p>
      <CopyCommand command="sleutelkast doctor" />
    </>
  );
}

/** By the names under which they are set, in the order of what a person meets. */
const POLICIES: Readonly<Record<string, () => ComponentChildren>> = {
  ESCROW_POLICY: () =>
    // Translators: Guide for IT, a setting. {off}, {warn} and {require} are its values, which stay as they are.
    tx("Whether a Mac without a kept key may access work: {off} never asks for one, {warn} tells its owner, {require} ends the access.", {
      off: <code>off</code>,
      warn: <code>warn</code>,
      require: <code>require</code>,
    }),
  // Translators: Guide for IT, a setting that is a length of time.
  ESCROW_GRACE: () => t("How long after its enrolment a Mac may be without a kept key."),
  // Translators: Guide for IT, a setting that is a length of time.
  ANSWER_TIMEOUT: () => t("How long a Mac may take to answer before its owner reads that the key could not be stored."),
  // Translators: Guide for IT, a setting that is a length of time.
  FRESH_SIGN_IN: () => t("How long after signing in a key is shown without signing in again."),
  // Translators: Guide for IT, a setting that is a length of time.
  ROTATE_AFTER_REVEAL: () => t("How long after a key was shown its Mac makes a new one. Needs the escrow profile."),
  // Translators: Guide for IT, a setting that is a number of days.
  ROTATE_EVERY: () => t("After how many days a Mac makes a new key. Needs the escrow profile."),
  // Translators: Guide for IT, a setting that is yes or no.
  APPROVAL_REQUIRED: () => t("Whether a second person has to agree before support sees the key of a Mac of the organization."),
};
