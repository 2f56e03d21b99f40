/** Where a second person has to agree first: ask them, and see the key once they did. */
import { ApiProblem } from "../../api";
import { ApprovalBanner } from "../../components/approval";
import { Button } from "../../components/button";
import { Icon } from "../../components/icon";
import { t } from "../../i18n";
import type { OwnRequest } from "../../state/request";

export interface ApprovalProps {
  readonly own: OwnRequest;
  readonly reason: string;
  /** Asks for the key once more, with the approval. */
  readonly onApproved: () => void;
}

export function Approval({ own, reason, onApproved }: ApprovalProps) {
  const request = own.request.value ?? null;
  const error = own.error.value;
  return (
    <ApprovalBanner request={request}>
      {error !== null && (
        <p class="field-error" role="alert">
          <Icon name="alert" />
          <span>{errorWords(error)}</span>
        </p>
      )}
      {request?.state === "approved" && (
        <Button kind="primary" icon="shown" onClick={onApproved}>
          {
            // Translators: Button that shows the key.
            t("Show the key")
          }
        </Button>
      )}
      {request?.state !== "approved" && request?.state !== "asked" && (
        <Button kind="primary" busy={own.busy.value} onClick={() => own.ask(reason)}>
          {
            // Translators: Button for IT support: asks a second person to agree that they see the key of somebody else's Mac.
            t("Ask for approval")
          }
        </Button>
      )}
    </ApprovalBanner>
  );
}

function errorWords(error: unknown): string {
  if (error instanceof ApiProblem && error.detail !== "") return error.detail;
  // Translators: Where IT support asks for approval, and the portal could not be reached.
  return t("Nobody could be asked just now. Check your internet connection and try again.");
}
