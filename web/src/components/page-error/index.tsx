/** Stands in for a page that can't be shown. */
import { t } from "../../i18n";
import { Banner } from "../banner";
import { Button, ButtonLink } from "../button";
import { useHeading } from "../page-heading/heading";
import { errorWords } from "./words";
import "./page-error.css";

export function PageError({ error, onRetry }: { error: unknown; onRetry?: () => void }) {
  const { title, text, reference, again } = errorWords(error);
  const heading = useHeading(title);
  return (
    <div class="column page-error">
      <Banner kind="danger" title={title} pageHeading={heading}>
        <p>{text}</p>
        {reference && <Reference code={reference} />}
        {again && onRetry ? <Retry onRetry={onRetry} /> : <ToDevices />}
      </Banner>
    </div>
  );
}

function Reference({ code }: { code: string }) {
  return (
    <p class="small muted">
      {
        // Translators: Stands before a short technical code that a person can read out to support.
        t("Reference for support:")
      }{" "}
      <code class="ltr">{code}</code>
    </p>
  );
}

function Retry({ onRetry }: { onRetry: () => void }) {
  return (
    <Button kind="primary" icon="refresh" onClick={onRetry}>
      {
        // Translators: Button that does again what did not work.
        t("Try again")
      }
    </Button>
  );
}

function ToDevices() {
  return (
    <ButtonLink kind="primary" href="/devices">
      {
        // Translators: Link from a page that leads nowhere to the list of the person's Macs.
        t("Go to your devices")
      }
    </ButtonLink>
  );
}
