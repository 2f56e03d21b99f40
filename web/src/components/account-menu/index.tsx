/** Who is signed in, and the ways out. On a phone it holds the pages of the portal too. */
import { useLocation } from "preact-iso/router";
import type { Person } from "../../api";
import { t } from "../../i18n";
import { reachable, signOut } from "../../state";
import { Disclosure } from "../disclosure";
import { NavLinks } from "../header/nav-links";
import "./account-menu.css";

export function AccountMenu({ person }: { person: Person }) {
  const letters = initials(person.name);
  const face = (
    <span class="account-initials" aria-hidden="true">
      {letters}
    </span>
  );
  // Translators: Name of the button with the person's initials that opens the account menu. {name} is the name of the person.
  const label = t("Account of {name}", { name: person.name });
  return (
    // What one sees is part of the name, for those who press buttons by voice.
    <Disclosure face={face} label={`${letters} · ${label}`} class="account-button">
      {(close) => <AccountPanel person={person} close={close} />}
    </Disclosure>
  );
}

function AccountPanel({ person, close }: { person: Person; close: () => void }) {
  const { path, route } = useLocation();
  const leave = async (everywhere: boolean) => {
    close();
    try {
      if (!(await signOut(everywhere))) route("/");
    } catch {
      reachable.value = false; // still signed in; the banner says why
    }
  };
  return (
    <div class="account-panel">
      <p class="account-name">
        <bdi>{person.name}</bdi>
        <bdi class="small muted">{person.username}</bdi>
      </p>
      <ul class="account-pages" onClick={close}>
        <NavLinks />
      </ul>
      <ul>
        <li>
          <a class="menu-item" href="/account" aria-current={path === "/account" ? "page" : undefined} onClick={close}>
            {
              // Translators: Name of the person's own page (language, ways to sign in, sessions, who saw their keys), in the account menu and as its title.
              t("Your account")
            }
          </a>
        </li>
        <li>
          <button type="button" class="menu-item" onClick={() => void leave(false)}>
            {
              // Translators: Button in the account menu: ends the session on this device.
              t("Sign out")
            }
          </button>
        </li>
        <li>
          <button type="button" class="menu-item" onClick={() => void leave(true)}>
            {
              // Translators: Button in the account menu: ends all sessions of this person, on every device.
              t("Sign out on all devices")
            }
          </button>
        </li>
      </ul>
    </div>
  );
}

/** The first letters of the first and the last name; joined letters of Arabic are kept apart. */
export function initials(name: string): string {
  const words = name.trim().split(/\s+/);
  const outer = words.length > 1 ? [words[0], words.at(-1)] : words;
  return outer.map((word) => [...(word ?? "")][0]?.toLocaleUpperCase() ?? "").join("\u200c");
}
