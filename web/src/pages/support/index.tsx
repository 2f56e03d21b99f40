/** The support desk: finds Macs by their name, their serial or their owner, and those that somebody has to look after. */
import { useSignal } from "@preact/signals";
import { useLocation } from "preact-iso/router";
import { useEffect, useId } from "preact/hooks";
import { Banner } from "../../components/banner";
import { Button, ButtonLink } from "../../components/button";
import "../../components/card/card.css";
import { Icon } from "../../components/icon";
import { Note } from "../../components/note";
import { errorWords } from "../../components/page-error/words";
import { PageHeading } from "../../components/page-heading";
import { Slot } from "../../components/slot";
import { formatNumber, t, tn, tx } from "../../i18n";
import { lastSearch } from "../../state/search";
import { AskAll } from "./ask-all";
import { FilterBar, isUnknown } from "./filters";
import { addressOf, LONGEST, type Question, questionIn } from "./question";
import "./support.css";
import { DeviceTable } from "./table";
import { type Found, type Search, useSearch } from "./use-search";

export function SupportPage() {
  const { query, route } = useLocation();
  const question = questionIn(query);
  const search = useSearch(question);
  const ask = (next: Question) => route(addressOf(next));
  useEffect(() => {
    lastSearch.value = addressOf(question);
  }, [question.q, question.filter]);
  return (
    <div class="column">
      <PageHeading
        // Translators: Fixed name of the page where IT support finds Macs and helps their owners.
        title={t("Support desk")}
      />
      <div class="stack">
        <SearchForm key={question.q} q={question.q} onSearch={(q) => ask({ ...question, q })} />
        <FilterBar chosen={question.filter} counts={search.counts.value} onChoose={(filter) => ask({ ...question, filter })} />
        <div class="support-found">
          <div class="support-found-head">
            <HowMany question={question} search={search} />
            <AskAll key={addressOf(question)} question={question} found={search.found.value?.devices.length ?? 0} />
          </div>
          <Outcome search={search} />
        </div>
        <WhatIsNeverSeen />
      </div>
    </div>
  );
}

function SearchForm({ q, onSearch }: { readonly q: string; readonly onSearch: (q: string) => void }) {
  const words = useSignal(q);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onSearch(words.value.trim());
  };
  const id = useId();
  return (
    <form class="support-search" role="search" onSubmit={submit}>
      <label for={id}>
        {
          // Translators: Label of the search field of the support desk.
          t("Search by name of the Mac, serial number or owner")
        }
      </label>
      <div class="support-search-field">
        <Icon name="search" />
        <input
          id={id}
          type="search"
          name="q"
          value={words.value}
          maxLength={LONGEST}
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          onInput={(event) => (words.value = event.currentTarget.value)}
        />
      </div>
      <Button kind="primary" type="submit">
        {
          // Translators: Button that searches.
          t("Search")
        }
      </Button>
    </form>
  );
}

/** How many Macs there are; said to screen readers when it changes. */
function HowMany({ question, search }: { readonly question: Question; readonly search: Search }) {
  const counts = search.counts.value;
  const counted = question.filter === null ? counts?.all : counts?.filters[question.filter];
  return (
    <p class="support-count small muted numbers" role="status">
      {counted &&
        !isUnknown(counted) &&
        (counted.more
          ? // Translators: How many Macs a search has found, where they are not all counted. {count} is a number such as 1,000.
            t("At least {count} Macs found", { count: formatNumber(counted.count) })
          : // Translators: How many Macs a search has found.
            tn("{count} Mac found", "{count} Macs found", counted.count))}
    </p>
  );
}

function Outcome({ search }: { readonly search: Search }) {
  const found = search.found.value;
  if (search.error.value !== null) return <Trouble error={search.error.value} onRetry={found?.next ? search.more : search.again} />;
  if (found === null) {
    return (
      <p class="muted" role="status">
        {
          // Translators: Stands where the list of found Macs will be, until it has come.
          t("Searching…")
        }
      </p>
    );
  }
  if (found.devices.length === 0) return <Nothing found={found} />;
  return (
    <>
      <DeviceTable devices={found.devices} q={found.question.q} />
      {found.next !== null && <More search={search} />}
    </>
  );
}

function More({ search }: { readonly search: Search }) {
  return (
    <div class="support-more">
      <Button busy={search.busy.value} onClick={search.more}>
        {
          // Translators: Button under a list: shows what comes next in it.
          t("Show more")
        }
      </Button>
    </div>
  );
}

function Nothing({ found: { question } }: { readonly found: Found }) {
  const isEmpty = question.q === "" && question.filter === null;
  return (
    <div class="card empty">
      <Slot state="none" large />
      <p>{isEmpty ? noMacYet() : notFound(question)}</p>
      {isEmpty ? <ButtonLink href="/help">{moreHelp()}</ButtonLink> : <ButtonLink href="/support">{clear()}</ButtonLink>}
    </div>
  );
}

function notFound({ q, filter }: Question) {
  const words = <b><bdi>{q}</bdi></b>;
  // Translators: Stands in place of the list of Macs where no Mac has what the filter asks for.
  if (q === "") return t("No Mac is like that at the moment.");
  // Translators: Stands in place of the list of Macs where a search finds none. {words} is what was searched for.
  if (filter === null) return tx("No Mac goes by “{words}”.", { words });
  // Translators: Stands in place of the list of Macs where a search finds none that the filter lets through. {words} is what was searched for.
  return tx("No Mac that goes by “{words}” is like that.", { words });
}

function noMacYet(): string {
  // Translators: Stands in place of the list of Macs on the support desk when the portal knows none.
  return t("No Mac has come to the portal yet. A Mac is listed here once it was assigned or has enrolled.");
}

function clear(): string {
  // Translators: Button where a search finds nothing: takes away what was searched for, and the filter.
  return t("Clear search and filter");
}

function moreHelp(): string {
  // Translators: Link to the guide.
  return t("More help");
}

function Trouble({ error, onRetry }: { readonly error: unknown; readonly onRetry: () => void }) {
  const { title, text } = errorWords(error);
  return (
    <Banner kind="danger" title={title} role="alert" code="not-searched">
      <p>{text}</p>
      <Button icon="refresh" onClick={onRetry}>
        {
          // Translators: Button that does again what did not work.
          t("Try again")
        }
      </Button>
    </Banner>
  );
}

function WhatIsNeverSeen() {
  const never = (
    <b>
      {
        // Translators: First, bold sentence of the note below the list of Macs on the support desk.
        t("You never see keys of personal Macs here.")
      }
    </b>
  );
  return (
    <Note icon="lock" kind="info">
      {
        // Translators: Note below the list of Macs on the support desk. {never} is "You never see keys of personal Macs here.", in bold.
        tx("{never} You can have a key replaced, check the status, or ask for a key to be stored.", { never })
      }
    </Note>
  );
}
