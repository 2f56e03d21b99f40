/** The guide for everybody who has a Mac: why, whether, how, and what the messages mean. */
import type { ComponentChildren } from "preact";
import { useLocation } from "preact-iso/router";
import { useEffect } from "preact/hooks";
import { PageHeading } from "../../components/page-heading";
import { t } from "../../i18n";
import { person } from "../../state";
import { CONTENTS, type Chapter } from "./contents";
import { itHelp } from "./it";
import "./help.css";

export function HelpPage() {
  const { url } = useLocation();
  useEffect(goToPlace, [url]);
  return (
    <div class="column help">
      <PageHeading
        // Translators: Title of the guide, and its name in the navigation.
        title={t("Help")}
        // Translators: Under the title of the guide.
        lead={t("All about the recovery key of your Mac, in a few minutes.")}
      />
      <div class="help-columns">
        <Contents />
        <div class="help-chapters">
          {CONTENTS.map((chapter) => (
            <ChapterCard key={chapter.id} chapter={chapter} />
          ))}
          {person.value === null && <ToSignIn />}
        </div>
      </div>
    </div>
  );
}

function Contents() {
  // Translators: Title of the list of chapters of the guide.
  const title = t("In this guide");
  return (
    <nav class="help-contents" aria-label={title}>
      <ul>
        {CONTENTS.map(({ id, title: words }) => (
          <li key={id}>
            <a href={`#${id}`}>{words()}</a>
          </li>
        ))}
        {person.value?.roles.some((role) => role === "support" || role === "administrator") && (
          <li>
            <a href="/help/it">{itHelp()}</a>
          </li>
        )}
      </ul>
    </nav>
  );
}

function ChapterCard({ chapter: { id, title, Text } }: { chapter: Chapter }): ComponentChildren {
  return (
    <section class="card card-padded help-chapter" id={id} tabIndex={-1} aria-labelledby={`${id}-title`}>
      <h2 id={`${id}-title`}>{title()}</h2>
      <Text />
    </section>
  );
}

function ToSignIn() {
  return (
    <p>
      <a href="/devices">
        {
          // Translators: Fixed name of an action: the button that signs in, and the title of its page.
          t("Sign in")
        }
      </a>
    </p>
  );
}

/**
 * The page is drawn after the address was looked at, and a link from one place of it to another goes past the browser: so
 * it has not found the place by itself. Reading goes on there, with the keyboard and the screen reader too.
 */
function goToPlace(): void {
  const place = location.hash === "" ? null : document.getElementById(location.hash.slice(1));
  place?.scrollIntoView();
  place?.focus({ preventScroll: true });
}
