/** A request that waits: who asks for the key of which Mac, why, until when it waits; and the two decisions. */
import { useSignal } from "@preact/signals";
import { useId } from "preact/hooks";
import type { RevealRequest } from "../../api";
import { Button } from "../../components/button";
import { type Definition, DefinitionList } from "../../components/definition-list";
import { Dialog } from "../../components/dialog";
import { Moment } from "../../components/moment";
import { Note } from "../../components/note";
import { t, tx } from "../../i18n";
import { pageOwner } from "../../state";

export interface OpenRequestProps {
  readonly request: RevealRequest;
  readonly busy: boolean;
  readonly onDecide: (approve: boolean) => Promise<void>;
}

export function OpenRequest({ request, busy, onDecide }: OpenRequestProps) {
  const id = useId();
  const approving = useSignal(false);
  const isOwn = request.requester.id === pageOwner.value?.id;
  const approve = async () => {
    approving.value = false;
    await onDecide(true);
  };
  return (
    <li class="card card-padded" data-request={request.id}>
      <div class="request-what">
        <h3 id={id}>{whoAsks(request)}</h3>
        <p class="request-reason">
          <bdi>{request.reason}</bdi>
        </p>
      </div>
      <DefinitionList items={facts(request)} />
      {isOwn ? (
        <Note icon="people" kind="info">
          {
            // Translators: On a request that the administrator made themselves, in place of the buttons "Approve" and "Do not approve".
            t("You asked for this yourself. Another administrator has to decide.")
          }
        </Note>
      ) : (
        <div class="request-decisions">
          <Button icon="check" busy={busy} aria-describedby={id} onClick={() => (approving.value = true)}>
            {approveWords()}
          </Button>
          <Button icon="close" busy={busy} aria-describedby={id} onClick={() => void onDecide(false)}>
            {
              // Translators: Button: an administrator does not agree that somebody of IT support sees the key of somebody else's Mac.
              t("Do not approve")
            }
          </Button>
        </div>
      )}
      {approving.value && <Question request={request} onApprove={() => void approve()} onClose={() => (approving.value = false)} />}
    </li>
  );
}

function approveWords(): string {
  // Translators: Button: an administrator agrees that somebody of IT support sees the key of somebody else's Mac.
  return t("Approve");
}

function whoAsks({ requester, device }: RevealRequest) {
  const mac = (
    <a href={`/devices/${encodeURIComponent(device.id)}`}>
      <bdi>{device.name}</bdi>
    </a>
  );
  // Translators: Title of a request. {name} is of IT support, {device} the name of somebody else's Mac.
  return tx("{name} asks to see the key of {device}", { name: <bdi>{requester.name}</bdi>, device: mac });
}

function facts({ device, created_at, until }: RevealRequest): readonly Definition[] {
  return [
    ...(device.serial === null ? [] : [serialRow(device.serial)]),
    {
      // Translators: Head of a column, and name of a row: whose Mac it is.
      term: t("Owner"),
      // Translators: In the column "Owner": the Mac was given to no person.
      value: device.owner === null ? t("Nobody") : <bdi>{device.owner.name}</bdi>,
    },
    // Translators: Row: when a request was made.
    { term: t("Asked"), value: <Moment time={created_at} as="exact" alone /> },
    ...(until === null ? [] : [untilRow(until)]),
  ];
}

function serialRow(serial: string): Definition {
  return {
    // Translators: Row: the serial number of a Mac.
    term: t("Serial number"),
    value: (
      <span class="ltr" translate={false}>
        {serial}
      </span>
    ),
  };
}

function untilRow(until: string): Definition {
  // Translators: Row: until when a request waits for a decision; after that it expires.
  return { term: t("Waits until"), value: <Moment time={until} as="date" alone /> };
}

interface QuestionProps {
  readonly request: RevealRequest;
  readonly onApprove: () => void;
  readonly onClose: () => void;
}

/** An approval can't be taken back, so it is asked once more; what was denied can be asked for again. */
function Question({ request, onApprove, onClose }: QuestionProps) {
  const values = { name: <bdi>{request.requester.name}</bdi>, device: <bdi>{request.device.name}</bdi> };
  // Translators: Title of the dialog in which an administrator confirms that somebody of IT support may see a key.
  const title = t("Approve this request?");
  return (
    <Dialog label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>
        {
          // Translators: In the dialog "Approve this request?". {name} is of IT support, {device} the name of somebody else's Mac.
          tx("{name} may then see the recovery key of {device} for a limited time. You can’t take that back.", values)
        }
      </p>
      <p class="request-reason">
        <bdi>{request.reason}</bdi>
      </p>
      <p class="small muted">
        {
          // Translators: In the dialog "Approve this request?".
          t("The owner is told when the key is shown. Your decision stands in the audit log.")
        }
      </p>
      <Button kind="primary" wide icon="check" onClick={onApprove}>
        {approveWords()}
      </Button>
      <Button kind="ghost" wide onClick={onClose}>
        {
          // Translators: Button that leaves everything as it was.
          t("Cancel")
        }
      </Button>
    </Dialog>
  );
}
