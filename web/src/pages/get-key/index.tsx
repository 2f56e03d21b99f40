/** Get recovery key: the key in large groups, for five minutes and while somebody looks. */
import { useLocation } from "preact-iso/router";
import { ApiProblem, type Device, type KeyVersion } from "../../api";
import { Banner } from "../../components/banner";
import { Button } from "../../components/button";
import { ConfirmSignIn } from "../../components/confirm-sign-in";
import { PageError } from "../../components/page-error";
import { PageHeading } from "../../components/page-heading";
import { GROUP_LENGTH, LENGTH } from "../../domain/recovery-key";
import { t } from "../../i18n";
import { useDevice } from "../../state/device";
import { useVersions } from "../../state/versions";
import { EarlierKeys } from "./earlier";
import { EitherKey } from "./either";
import "./get-key.css";
import { HiddenKey } from "./hidden";
import { ShownKey, wholeKey } from "./shown";
import { type RevealControl, useReveal } from "./use-reveal";

export function GetKeyPage({ id }: { readonly id: string }) {
  const one = useDevice(id);
  const control = useReveal(id);
  const versions = useVersions(id, "").value;
  const spelling = useSpelledGroup(control.stage.value.is === "shown");
  const device = one.device.value;
  if (device === null) return one.error.value === null ? null : <PageError error={one.error.value} onRetry={() => void one.reload()} />;
  const stage = control.stage.value;
  const shown = stage.is === "shown" ? stage.version : null;
  return (
    <div class={`column ${spelling === null ? "column-key" : "column-form"} get-key`}>
      {spelling === null ? <WholeHeading device={device} shown={stage.is === "shown"} /> : <SpellingHeading id={id} />}
      <div class="stack">
        <Staged device={device} control={control} versions={versions} spelling={spelling} />
        {spelling === null && (
          <>
            <EitherKey versions={versions} shown={shown} onShow={control.ask} />
            <EarlierKeys versions={versions} shown={shown} onShow={control.ask} />
          </>
        )}
      </div>
    </div>
  );
}

/** The group that the address asks for, from 0, while there is a key to spell. */
function useSpelledGroup(shown: boolean): number | null {
  const number = Number(useLocation().query["spell"]);
  const isGroup = Number.isInteger(number) && number >= 1 && number <= LENGTH / GROUP_LENGTH;
  return shown && isGroup ? number - 1 : null;
}

function WholeHeading({ device, shown }: { readonly device: Device; readonly shown: boolean }) {
  // Translators: Title of the page that shows a key. Fixed name.
  const title = t("Get recovery key");
  // Translators: Below the title "Get recovery key".
  const lead = t("Type these six groups on your Mac.");
  return <PageHeading key="whole" title={title} lead={shown && lead} back={{ href: `/devices/${device.id}`, label: device.name }} />;
}

function SpellingHeading({ id }: { readonly id: string }) {
  // Translators: Title of the page that shows a key in words for reading it out on the telephone.
  const title = t("Spell");
  // Translators: Below the title "Spell".
  const lead = t("Read out what you see, from top to bottom.");
  return <PageHeading key="spelling" title={title} lead={lead} back={{ href: `/devices/${id}/key`, label: wholeKey() }} />;
}

interface StagedProps {
  readonly device: Device;
  readonly control: RevealControl;
  readonly versions: readonly KeyVersion[];
  readonly spelling: number | null;
}

function Staged({ device, control, versions, spelling }: StagedProps) {
  const stage = control.stage.value;
  switch (stage.is) {
    case "hidden":
    case "asking":
      return <HiddenKey why={stage.is === "hidden" ? stage.why : stage.after} asking={stage.is === "asking"} onAsk={() => control.ask()} />;
    case "confirming":
      return <Confirming control={control} version={stage.version} />;
    case "no-key":
      return <NoKey />;
    case "failed":
      return <Failed reason={stage.reason} onRetry={() => control.ask()} />;
    case "shown": {
      const version = versions.find(({ id }) => id === stage.version) ?? null;
      const disputed = versions.some((one) => one.may_be_newer);
      return (
        <ShownKey
          device={device}
          recoveryKey={stage.recoveryKey}
          version={version}
          disputed={disputed}
          until={stage.until}
          spelling={spelling}
          onHide={control.hide}
        />
      );
    }
  }
}

function Confirming({ control, version }: { readonly control: RevealControl; readonly version: string | null }) {
  return (
    <>
      <HiddenKey why="not-asked" asking={false} onAsk={() => control.ask(version)} />
      <ConfirmSignIn onConfirmed={() => control.ask(version)} onClose={() => control.hide("not-asked")} />
    </>
  );
}

function NoKey() {
  // Translators: Title on the page that shows a key, where there is none.
  const title = t("No key is kept for this Mac");
  return (
    <Banner kind="warn" title={title} code="no-key">
      <p>
        {
          // Translators: Text on the page that shows a key, where there is none.
          t("Store one while you can unlock your Mac. If it is locked now, contact your support.")
        }
      </p>
    </Banner>
  );
}

function Failed({ reason, onRetry }: { readonly reason: unknown; readonly onRetry: () => void }) {
  // Translators: Title on the page that shows a key, where it could not be shown.
  const title = t("The key can’t be shown just now");
  // Translators: Text on the page that shows a key, where the portal could not be reached.
  const unforeseen = t("It is still kept. Check your internet connection and try again.");
  return (
    <Banner kind="danger" title={title} role="alert" code="not-shown">
      <p>{reason instanceof ApiProblem && reason.detail !== "" ? reason.detail : unforeseen}</p>
      <Button kind="primary" icon="refresh" onClick={onRetry}>
        {
          // Translators: Button that does again what did not work.
          t("Try again")
        }
      </Button>
    </Banner>
  );
}
