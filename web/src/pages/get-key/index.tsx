/** Get recovery key: the key in large groups, for five minutes and while somebody looks. */
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso/router";
import { ApiProblem, type Device, type KeyVersion } from "../../api";
import { Banner } from "../../components/banner";
import { Button } from "../../components/button";
import { ConfirmSignIn } from "../../components/confirm-sign-in";
import { PageError } from "../../components/page-error";
import { PageHeading } from "../../components/page-heading";
import { GROUP_LENGTH, LENGTH } from "../../domain/recovery-key";
import { t } from "../../i18n";
import { isOwn, useDevice } from "../../state/device";
import { type OwnRequest, useOwnRequest } from "../../state/request";
import { useVersions } from "../../state/versions";
import { OwnersAloneNote } from "../../components/owners-alone";
import { Approval } from "./approval";
import { EarlierKeys } from "./earlier";
import { EitherKey } from "./either";
import "./get-key.css";
import { HiddenKey } from "./hidden";
import { intendToSee } from "./intent";
import { ReasonForm } from "./reason";
import { ShownKey, wholeKey } from "./shown";
import { type RevealControl, useReveal } from "./use-reveal";

export function GetKeyPage({ id }: { readonly id: string }) {
  const one = useDevice(id);
  const device = one.device.value;
  if (device === null) return one.error.value === null ? null : <PageError error={one.error.value} onRetry={() => void one.reload()} />;
  if (isOwn(device)) return <Revealing device={device} />;
  return device.actions.includes("reveal") ? <ForAReason device={device} /> : <OwnersAlone device={device} />;
}

/** Who is not the owner says first why they need the key. */
function ForAReason({ device }: { readonly device: Device }) {
  const reason = useSignal("");
  const given = useSignal(false);
  const own = useOwnRequest(device.id);
  const standing = own.request.value;
  if (given.value) return <Revealing device={device} reason={reason.value.trim()} own={own} onChangeReason={() => (given.value = false)} />;
  const give = () => {
    intendToSee(device.id);
    given.value = true;
  };
  // What a second person agreed to is seen for the reason that they read.
  const giveApproved = () => {
    reason.value = standing?.reason ?? "";
    give();
  };
  const isUnderWay = standing?.state === "asked" || standing?.state === "approved";
  return (
    <div class="column column-key get-key">
      <WholeHeading device={device} shown={false} />
      {isUnderWay && <Approval own={own} reason={standing.reason} onApproved={giveApproved} />}
      {!isUnderWay && standing !== undefined && <ReasonForm reason={reason} onGiven={give} />}
    </div>
  );
}

/** The promise to everybody who keeps the key of a Mac of their own here. */
function OwnersAlone({ device }: { readonly device: Device }) {
  return (
    <div class="column column-key get-key">
      <WholeHeading device={device} shown={false} />
      <OwnersAloneNote />
    </div>
  );
}

interface RevealingProps {
  readonly device: Device;
  /** Given by those who are not the owner. */
  readonly reason?: string;
  /** Their request for the approval of a second person. */
  readonly own?: OwnRequest;
  readonly onChangeReason?: () => void;
}

function Revealing({ device, reason, own, onChangeReason }: RevealingProps) {
  const { id } = device;
  const control = useReveal(id, reason ?? null);
  const versions = useVersions(id, "").value;
  const spelling = useSpelledGroup(control.stage.value.is === "shown");
  const stage = control.stage.value;
  const shown = stage.is === "shown" ? stage.version : null;
  return (
    <div class={`column ${spelling === null ? "column-key" : "column-form"} get-key`}>
      {spelling === null ? <WholeHeading device={device} shown={stage.is === "shown"} /> : <SpellingHeading id={id} />}
      <div class="stack">
        <Staged
          device={device}
          control={control}
          versions={versions}
          spelling={spelling}
          reason={reason ?? null}
          own={own ?? null}
          onChangeReason={onChangeReason ?? null}
        />
        {spelling === null && (
          <>
            <EitherKey versions={versions} own={isOwn(device)} shown={shown} onShow={control.ask} />
            <EarlierKeys versions={versions} own={isOwn(device)} shown={shown} onShow={control.ask} />
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
  return <PageHeading key="whole" title={title} lead={shown && isOwn(device) && lead} back={{ href: `/devices/${device.id}`, label: device.name }} />;
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
  /** Null where it is the owner who asks. */
  readonly reason: string | null;
  readonly own: OwnRequest | null;
  readonly onChangeReason: (() => void) | null;
}

function Staged({ device, control, versions, spelling, reason, own, onChangeReason }: StagedProps) {
  const stage = control.stage.value;
  switch (stage.is) {
    case "hidden":
    case "asking":
      return <HiddenKey why={stage.is === "hidden" ? stage.why : stage.after} asking={stage.is === "asking"} onAsk={() => control.ask()} />;
    case "confirming":
      return <Confirming control={control} version={stage.version} />;
    case "no-key":
      return <NoKey own={reason === null} />;
    case "approval-required":
      return own && <Approval own={own} reason={reason ?? ""} onApproved={() => control.ask()} />;
    case "failed":
      return <Failed reason={stage.reason} onRetry={() => control.ask()} onChangeReason={onChangeReason} />;
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

function NoKey({ own }: { readonly own: boolean }) {
  // Translators: Title on the page that shows a key, where there is none.
  const title = t("No key is kept for this Mac");
  return (
    <Banner kind="warn" title={title} code="no-key">
      <p>
        {own
          ? // Translators: Text on the page that shows a key, where there is none.
            t("Store one while you can unlock your Mac. If it is locked now, contact your support.")
          : // Translators: Text on the page that shows a key, to IT support, where there is none that they may see.
            t("There is none that you may see. On the page of this Mac you can ask its owner to store one.")}
      </p>
    </Banner>
  );
}

interface FailedProps {
  readonly reason: unknown;
  readonly onRetry: () => void;
  readonly onChangeReason: (() => void) | null;
}

function Failed({ reason, onRetry, onChangeReason }: FailedProps) {
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
      {onChangeReason && (
        <Button onClick={onChangeReason}>
          {
            // Translators: Button for IT support: leads back to the field with the reason why they need a key.
            t("Change the reason")
          }
        </Button>
      )}
    </Banner>
  );
}
