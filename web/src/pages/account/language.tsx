/** In which language the portal speaks and writes to the person: the choice of the menu in the header. */
import { useState } from "preact/hooks";
import { Button } from "../../components/button";
import { Card } from "../../components/card";
import { LanguageSheet } from "../../components/language-menu";
import { languages, locale, t, tx } from "../../i18n";

export function LanguageCard() {
  const [open, setOpen] = useState(false);
  const present = languages.find((language) => language.tag === locale.value);
  return (
    <Card
      // Translators: Title of the card on the person's own page, on which they choose the language of the portal.
      title={t("Language")}
    >
      <p class="small">
        {
          // Translators: On the card "Language" of the person's own page. {name} is the present language in its own words.
          tx("The portal speaks {name} to you, and so does its mail.", { name: <b>{present?.name ?? locale.value}</b> })
        }
      </p>
      <Button icon="globe" onClick={() => setOpen(true)}>
        {
          // Translators: Title of the list of languages.
          t("Choose a language")
        }
      </Button>
      {open && <LanguageSheet close={() => setOpen(false)} />}
    </Card>
  );
}
