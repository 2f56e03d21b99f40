/** Where the person is signed in: each browser with when it was last used, and the ways to end it there. */
import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useRef } from "preact/hooks";
import { api, isProblem, type ListedSession } from "../../api";
import { Button } from "../../components/button";
import { Moment } from "../../components/moment";
import { RestOfList, usePaged } from "../../components/paged";
import { errorWords } from "../../components/page-error/words";
import { t, tx, type Words } from "../../i18n";
import { signOut } from "../../state";

export function SessionsCard() {
  const sessions = usePaged<ListedSession>(api.sessions);
  const heading = useRef<HTMLHeadingElement>(null);
  const busy = useSignal<string | null>(null);
  const outcome = useSignal<Words | null>(null);
  const end = async (which: string, call: () => Promise<unknown>, done: Words) => {
    if (busy.peek() !== null) return;
    busy.value = which;
    outcome.value = null;
    try {
      await call().catch(unlessItIsOver);
      await sessions.reload();
      outcome.value = done;
      // The button that was pressed is gone with its session.
      heading.current?.focus({ preventScroll: true });
    } catch (error) {
      outcome.value = () => errorWords(error).text;
    } finally {
      busy.value = null;
    }
  };
  const others = sessions.items?.some((session) => !session.this) ?? false;
  return (
    <section class="card card-padded" aria-labelledby="account-sessions">
      <h2 id="account-sessions" tabIndex={-1} ref={heading}>
        {
          // Translators: Title of the card on the person's own page that lists the browsers in which they are signed in.
          t("Where you are signed in")
        }
      </h2>
      <ul class="account-list">
        {sessions.items?.map((session) => (
          <li key={session.id} data-session={session.this ? "this" : "other"}>
            <Session session={session} />
            {session.this ? (
              <Button kind="ghost" onClick={() => void signOut()}>
                {
                  // Translators: Button in the account menu: ends the session on this device.
                  t("Sign out")
                }
              </Button>
            ) : (
              <Button
                kind="ghost"
                busy={busy.value !== null}
                aria-describedby={`session-${session.id}`}
                // Translators: Said once a session in another browser was ended.
                onClick={() => void end(session.id, () => api.endSession(session.id), () => t("That session has ended."))}
              >
                {
                  // Translators: Button beside a browser in which the person is signed in: signs them out there.
                  t("Sign out there")
                }
              </Button>
            )}
          </li>
        ))}
      </ul>
      <p role="status" class={outcome.value === null ? "visually-hidden" : "small"}>
        {outcome.value?.()}
      </p>
      {others && (
        <Button
          busy={busy.value !== null}
          // Translators: Said once all sessions in other browsers were ended.
          onClick={() => void end("others", api.endOtherSessions, () => t("You are signed in here alone."))}
        >
          {
            // Translators: Button: ends the person's sessions in all browsers but this one.
            t("Sign out everywhere else")
          }
        </Button>
      )}
      <RestOfList list={sessions} empty="" />
    </section>
  );
}

/** It has ended by itself meanwhile, which is what was wanted. */
function unlessItIsOver(error: unknown): void {
  if (!isProblem(error, "not-found")) throw error;
}

function Session({ session }: { readonly session: ListedSession }) {
  return (
    <div id={`session-${session.id}`}>
      <p class="account-item">
        {browserWords(session)}
        {session.this && (
          <span class="muted">
            {" · "}
            {
              // Translators: Beside the browser that the person is looking at, in the list of those in which they are signed in.
              t("this browser")
            }
          </span>
        )}
      </p>
      <p class="small muted">{WAYS[session.way]()}</p>
      <p class="small muted">
        {
          // Translators: When somebody signed in with this browser and when they last used it. {since} and {last} are moments like "today, 09:12".
          tx("Since {since}, last used {last}", {
            since: <Moment time={session.created_at} as="exact" />,
            last: <Moment time={session.last_used_at} as="exact" />,
          })
        }
      </p>
    </div>
  );
}

function browserWords({ browser, system }: ListedSession): ComponentChildren {
  const names = { browser: <ProperName name={browser} />, system: <ProperName name={system} /> };
  // Translators: A browser on a device, as in "Safari on iPhone". Both are names.
  if (browser !== null && system !== null) return tx("{browser} on {system}", names);
  // Translators: In place of the name of a browser that the portal does not know. {system} is a name, as "Windows".
  if (system !== null) return tx("A browser on {system}", names);
  if (browser !== null) return names.browser;
  // Translators: In place of the name of a browser that the portal does not know.
  return t("A browser that we do not know");
}

/** The same in every language. */
function ProperName({ name }: { readonly name: string | null }) {
  return <bdi translate={false}>{name}</bdi>;
}

const WAYS: Readonly<Record<ListedSession["way"], () => string>> = {
  // Translators: How somebody signed in, in the list of browsers in which they are.
  password: () => t("Signed in with a password"),
  // Translators: How somebody signed in, in the list of browsers in which they are.
  passkey: () => t("Signed in with a passkey"),
  // Translators: How somebody signed in, in the list of browsers in which they are: with the account of their organization or school.
  oidc: () => t("Signed in with a work account"),
};
