/** What the portal has to tell the person and they have not closed yet: the messages that stand above every page. */
import { useRef } from "preact/hooks";
import type { Notice } from "../../api";
import { Button } from "../../components/button";
import { Moment } from "../../components/moment";
import { noticeWords } from "../../components/toast/words";
import { t } from "../../i18n";
import { dismiss, notices } from "../../state";

export function NoticesCard() {
  const heading = useRef<HTMLHeadingElement>(null);
  const close = (notice: Notice) => {
    void dismiss(notice);
    heading.current?.focus({ preventScroll: true });
  };
  return (
    <section class="card card-padded" aria-labelledby="account-notices">
      <h2 id="account-notices" tabIndex={-1} ref={heading}>
        {
          // Translators: Title of the card on the person's own page with the messages that they have not closed yet.
          t("Your messages")
        }
      </h2>
      <ul class="account-list account-notices">
        {[...notices.value].reverse().map((notice) => (
          <li key={notice.id} data-notice={notice.code}>
            <Told notice={notice} />
            <Button kind="ghost" aria-describedby={`notice-${notice.id}`} onClick={() => close(notice)}>
              {
                // Translators: Name of a button that closes a dialog or a message.
                t("Close")
              }
            </Button>
          </li>
        ))}
      </ul>
      {notices.value.length === 0 && (
        <p class="small muted">
          {
            // Translators: On the card "Your messages" of the person's own page, where there are none.
            t("There are no messages for you. New ones also stand at the top of every page until you close them.")
          }
        </p>
      )}
    </section>
  );
}

function Told({ notice }: { readonly notice: Notice }) {
  const { text, link } = noticeWords(notice, <bdi>{notice.device?.name}</bdi>);
  return (
    <div id={`notice-${notice.id}`}>
      <p>{text}</p>
      {link !== null && (
        <p class="small">
          <a href={link.href}>{link.words}</a>
        </p>
      )}
      <p class="small muted">
        <Moment time={notice.created_at} as="exact" alone />
      </p>
    </div>
  );
}
