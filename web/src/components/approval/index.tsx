/** A second person has to agree before the key of somebody else's Mac is shown: how a request for that stands. */
import type { ComponentChildren } from "preact";
import type { RevealRequest } from "../../api";
import { t, tx } from "../../i18n";
import { Banner, type BannerKind } from "../banner";
import { Moment } from "../moment";

export interface ApprovalBannerProps {
  /** Null where nobody has asked so far. */
  readonly request: RevealRequest | null;
  /** What can be done. */
  readonly children?: ComponentChildren;
}

export function ApprovalBanner({ request, children }: ApprovalBannerProps) {
  const state = request?.state ?? "none";
  return (
    <Banner kind={KINDS[state]} icon="people" title={TITLES[state]()} code={`approval-${state}`} role="status">
      <p>{WORDS[state](request)}</p>
      {request !== null && (
        <p class="small">
          {
            // Translators: In a banner for IT support about their request. {reason} is what they wrote.
            tx("Your reason: {reason}", { reason: <bdi>{request.reason}</bdi> })
          }
        </p>
      )}
      {children}
    </Banner>
  );
}

type Standing = RevealRequest["state"] | "none";

const KINDS: Readonly<Record<Standing, BannerKind>> = { none: "info", expired: "info", asked: "info", approved: "ok", denied: "warn" };

const needed = () =>
  // Translators: Title of a banner for IT support: a second person has to agree before they see the key of somebody else's Mac.
  t("A second person has to approve");

const TITLES: Readonly<Record<Standing, () => string>> = {
  none: needed,
  expired: needed,
  // Translators: Title of a banner for IT support: they asked to see the key of somebody else's Mac, and nobody has decided so far.
  asked: () => t("Waiting for approval"),
  // Translators: Title of a banner for IT support: a second person agreed that they see the key of somebody else's Mac.
  approved: () => t("Approved"),
  // Translators: Title of a banner for IT support: a second person did not agree that they see the key of somebody else's Mac.
  denied: () => t("Not approved"),
};

const WORDS: Readonly<Record<Standing, (request: RevealRequest | null) => ComponentChildren>> = {
  // Translators: In the banner "A second person has to approve".
  none: () => t("An administrator other than you decides. Your reason is shown to them."),
  expired: (request) =>
    request?.decided_at
      ? // Translators: In the banner "A second person has to approve", where an approval was given before.
        t("The time in which you could see the key is over. You can ask again.")
      : // Translators: In the banner "A second person has to approve", where nobody decided on a request before.
        t("Nobody decided on your request in time. You can ask again."),
  asked: (request) =>
    // Translators: In the banner "Waiting for approval". {until} is like "today, 15:40".
    tx("An administrator has your request, which waits until {until}. You may leave this page: a message tells you of the decision.", {
      until: until(request),
    }),
  approved: (request) =>
    // Translators: In the banner "Approved". {name} is an administrator, {until} like "today, 15:40".
    tx("You may see the key until {until}. {name} approved your request.", { until: until(request), name: decider(request) }),
  denied: (request) =>
    // Translators: In the banner "Not approved". {name} is an administrator.
    tx("{name} decided that you do not see this key now. Talk to each other; then you can ask again.", { name: decider(request) }),
};

function until(request: RevealRequest | null): ComponentChildren {
  return request?.until && <Moment time={request.until} as="date" />;
}

function decider(request: RevealRequest | null): ComponentChildren {
  return <bdi>{request?.decided_by?.name}</bdi>;
}
