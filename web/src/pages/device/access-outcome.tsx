/** The outcome of a check: can access, out of compliance, or no access, each with its picture, its words and what to do. */
import type { Access, Remedy } from "../../api";
import { Icon, type IconName } from "../../components/icon";
import { SupportContact } from "../../components/support-contact";
import { accessEnd, accessTitle, remedyWords } from "./access";
import "./access-outcome.css";

export interface AccessOutcomeProps {
  readonly access: Access;
  readonly remedy: Remedy | null;
}

/** In order, as far as the organization's rules go: nothing will end by itself. */
type Standing = "well" | "soon" | "ended";

export function AccessOutcome({ access, remedy }: AccessOutcomeProps) {
  const standing = standingOf(access);
  const end = accessEnd(access);
  const what = remedyWords(remedy, access);
  return (
    <div class={`access-outcome access-${standing}`} data-access={access.state}>
      <Icon name={ICONS[standing]} />
      <div>
        <p class="access-title">{accessTitle(access)}</p>
        {end !== null && <p class="small">{end}</p>}
        {what !== null && <p class="small">{what}</p>}
        {remedy === "enrol" && <SupportContact />}
      </div>
    </div>
  );
}

/** Whether it has to be said though nobody asked. */
export function callsForAction(access: Access): boolean {
  return standingOf(access) !== "well";
}

function standingOf({ state, until }: Access): Standing {
  if (state === "denied") return "ended";
  return until === null ? "well" : "soon";
}

const ICONS: Readonly<Record<Standing, IconName>> = { well: "done", soon: "arc", ended: "alert" };
