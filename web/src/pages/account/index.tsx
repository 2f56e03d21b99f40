/** The person's own page: how they sign in, where they are signed in, what they were told, and who saw their keys. */
import { PageHeading } from "../../components/page-heading";
import { t } from "../../i18n";
import { pageOwner } from "../../state";
import "./account.css";
import { LanguageCard } from "./language";
import { NoticesCard } from "./notices";
import { PasskeysCard } from "./passkeys";
import { PasswordCard } from "./password";
import { SeenKeysCard } from "./seen-keys";
import { SessionsCard } from "./sessions";

export function AccountPage() {
  const person = pageOwner.value;
  return (
    <div class="column account">
      <PageHeading
        // Translators: Name of the person's own page (language, ways to sign in, sessions, who saw their keys), in the account menu and as its title.
        title={t("Your account")}
        meta={person === null ? [] : [<bdi key="name">{person.name}</bdi>, <bdi key="username">{person.username}</bdi>]}
      />
      <div class="with-aside">
        <div class="stack">
          <PasskeysCard />
          <PasswordCard />
          <SessionsCard />
          <SeenKeysCard />
        </div>
        <div class="stack">
          <NoticesCard />
          <LanguageCard />
        </div>
      </div>
    </div>
  );
}
