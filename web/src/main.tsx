/** Begins the app: first the language, so that the first picture is in it, then the page. */
import "./styles/tokens.css";
import "./styles/base.css";
import "./styles/layout.css";
import { render } from "preact";
import { App } from "./app";
import { firstLocale, presentWishes, setLocale } from "./i18n";
import { startClock } from "./state/clock";
import { followAccount } from "./state/language";
import { startWatching } from "./state/watch";
import { refreshSession, takeOutcome } from "./state";

async function begin(root: HTMLElement): Promise<void> {
  takeOutcome();
  const asked = refreshSession().catch(() => undefined); // unreachable: the page says so
  await setLocale(firstLocale(presentWishes())).catch(() => undefined); // English, rather than nothing
  render(<App />, root);
  followAccount();
  startClock();
  await asked;
  startWatching();
}

const root = document.getElementById("app");
if (root !== null) void begin(root);
