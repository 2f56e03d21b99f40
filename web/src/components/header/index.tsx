/** The top of every page: the mark, the pages, the language, the account. */
import { t } from "../../i18n";
import { pageOwner } from "../../state";
import { AccountMenu } from "../account-menu";
import { LanguageMenu } from "../language-menu";
import { Mark } from "../mark";
import { NavLinks } from "./nav-links";
import "./header.css";

export function Header() {
  const present = pageOwner.value;
  return (
    <header class="site-header">
      <div class="column site-header-row">
        <a class="site-name" href="/">
          <Mark />
          <span translate={false}>Sleutelkast</span>
        </a>
        {present && <Navigation />}
        <div class="site-header-end">
          <LanguageMenu />
          {present && <AccountMenu person={present} />}
        </div>
      </div>
    </header>
  );
}

function Navigation() {
  // Translators: Name of the main navigation, for screen readers.
  const label = t("Main menu");
  return (
    <nav class="site-nav" aria-label={label}>
      <ul>
        <NavLinks />
      </ul>
    </nav>
  );
}
