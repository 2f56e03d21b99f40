/** The ways to reach the organization's support, as far as they are known. */
import { t, tx } from "../../i18n";
import { support } from "../../state";
import { ButtonLink } from "../button";
import "./support-contact.css";

/** What support is called in a sentence: its name, or "your IT department". */
export function supportName(): string {
  // Translators: How the support of the organization is called in the middle of a sentence where it has no name of its own.
  return support.value.name ?? t("your IT department");
}

/** `plain` shows links instead of buttons, for where the contact is an aside. */
export function SupportContact({ plain = false }: { plain?: boolean }) {
  const { name, phone, email, url, hours } = support.value;
  if (!phone && !email && !url) return <Unknown name={name} />;
  return (
    <div class="support-contact">
      <div class={plain ? "support-ways support-ways-plain" : "support-ways"}>
        {phone && <Phone number={phone} />}
        {email && <Mail address={email} />}
        {url && <Site url={url} />}
      </div>
      {hours && <p class="small muted">{hours}</p>}
    </div>
  );
}

function Phone({ number }: { number: string }) {
  return (
    <ButtonLink icon="phone" href={`tel:${number.replace(/[^\d+*#]/g, "")}`}>
      <span class="ltr">{number}</span>
    </ButtonLink>
  );
}

function Mail({ address }: { address: string }) {
  return (
    <ButtonLink icon="mail" href={`mailto:${address}`}>
      {
        // Translators: Button that opens a mail. {support} is the name of the support, or "your IT department".
        tx("Mail {support}", { support: <bdi>{supportName()}</bdi> })
      }
    </ButtonLink>
  );
}

function Site({ url }: { url: string }) {
  return (
    <ButtonLink icon="help" href={url} target="_blank" rel="noopener noreferrer">
      {
        // Translators: Button that opens the support's own web site. {support} is the name of the support, or "your IT department".
        tx("Go to the site of {support}", { support: <bdi>{supportName()}</bdi> })
      }
    </ButtonLink>
  );
}

function Unknown({ name }: { name: string | null }) {
  if (name !== null) return <bdi>{name}</bdi>;
  return (
    <p class="small">
      {
        // Translators: Stands where the support contact would be, when the organization has given none.
        t("Ask your IT department. Your organization has not given a number or address here.")
      }
    </p>
  );
}
