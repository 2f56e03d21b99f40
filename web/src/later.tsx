/** Pages that the app does not begin with: their code and their words are fetched when somebody goes there. */
import type { FunctionComponent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { loadLaterTexts } from "./i18n";

/** How far a page has come; one that is there stays there, whoever goes to it next. */
interface Arrival {
  page?: FunctionComponent;
  error?: unknown;
}

/**
 * A page that stays blank until its code and its words are there. Should either not
 * arrive it throws what the browser said of it, as a page does that can't be drawn.
 */
export function later(load: () => Promise<FunctionComponent>): FunctionComponent {
  let arrived: Arrival = {};
  return function Later() {
    const [{ page: Page, error }, show] = useState(arrived);
    useEffect(() => {
      if (Page !== undefined) return undefined;
      let isGone = false;
      void fetched(load).then((arrival) => {
        if (arrival.page !== undefined) arrived = arrival;
        if (!isGone) show(arrival);
      });
      return () => {
        isGone = true;
      };
    }, [Page]);
    if (error !== undefined) throw error;
    return Page === undefined ? null : <Page />;
  };
}

async function fetched(load: () => Promise<FunctionComponent>): Promise<Arrival> {
  try {
    const [page] = await Promise.all([load(), loadLaterTexts()]);
    return { page };
  } catch (error) {
    return { error };
  }
}
