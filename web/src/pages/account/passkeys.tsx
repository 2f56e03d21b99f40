/** The person's passkeys: which ones there are, and adding, naming and removing them. */
import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import { api, isProblem, type Passkey } from "../../api";
import { Button } from "../../components/button";
import { ConfirmSignIn } from "../../components/confirm-sign-in";
import { Dialog } from "../../components/dialog";
import { Moment } from "../../components/moment";
import { makePasskey, passkeysWork } from "../../components/passkey/ceremony";
import { passkeyError } from "../../components/passkey/words";
import { TextField } from "../../components/text-field";
import { t, tx, type Words } from "../../i18n";
import { refreshSession, session } from "../../state";

/** The longest name that the portal takes, in characters. */
const LONGEST = 64;

/** What it comes to is said in whatever language the page is read in by then. */
type Act = () => Promise<Words>;

export function PasskeysCard() {
  const passkeys = useSignal<readonly Passkey[]>([]);
  const outcome = useSignal<Words | null>(null);
  const busy = useSignal(false);
  const unconfirmed = useSignal<Act | null>(null);
  const leaving = useSignal<Passkey | null>(null);
  const heading = useRef<HTMLHeadingElement>(null);
  const load = async () => {
    passkeys.value = await api.passkeys().catch(() => passkeys.peek());
  };
  useEffect(() => void load(), []);

  /** What needs a fresh sign-in asks for one, and then goes on. */
  const carryOut = async (act: Act) => {
    if (busy.peek()) return;
    busy.value = true;
    outcome.value = null;
    try {
      outcome.value = await act();
      await load();
      await refreshSession();
      heading.current?.focus({ preventScroll: true });
    } catch (error) {
      if (isProblem(error, "sign-in-again")) unconfirmed.value = act;
      else outcome.value = () => passkeyError(error);
    } finally {
      busy.value = false;
    }
  };
  const confirmed = () => {
    const act = unconfirmed.peek();
    unconfirmed.value = null;
    if (act !== null) void carryOut(act);
  };
  const add: Act = async () => {
    const made = await makePasskey(await api.newPasskeyOptions());
    await api.addPasskey(deviceName(), made);
    // Translators: Said once a passkey was added to the person's account.
    return () => t("The passkey was added. From now on you can sign in with it.");
  };
  const remove = async (passkey: Passkey) => {
    await api.removePasskey(passkey.id);
    // Translators: Said once a passkey was removed from the person's account.
    return () => t("The passkey was removed, and you were signed out everywhere else.");
  };
  return (
    <section class="card card-padded" aria-labelledby="account-passkeys">
      <h2 id="account-passkeys" tabIndex={-1} ref={heading}>
        {
          // Translators: Title of the card on the person's own page with their passkeys.
          t("Passkeys")
        }
      </h2>
      <p class="small">
        {
          // Translators: On the card "Passkeys" of the person's own page: what a passkey is.
          t("With a passkey you sign in by your fingerprint, your face or the PIN of your device, without a password.")
        }
      </p>
      <ul class="account-list">
        {passkeys.value.map((passkey) => (
          <PasskeyRow key={passkey.id} passkey={passkey} onNamed={load} onRemove={() => (leaving.value = passkey)} />
        ))}
      </ul>
      <p role="status" class={outcome.value === null ? "visually-hidden" : "small"}>
        {outcome.value?.()}
      </p>
      {canAdd() ? (
        <Button icon="key" busy={busy.value} onClick={() => void carryOut(add)}>
          {
            // Translators: Button on the card "Passkeys" of the person's own page.
            t("Add a passkey")
          }
        </Button>
      ) : (
        <p class="small muted">
          {
            // Translators: On the card "Passkeys", in place of the button that adds one.
            t("Passkeys can't be used here: this browser has none, or the address of the portal is a number.")
          }
        </p>
      )}
      {leaving.value !== null && (
        <RemoveDialog
          passkey={leaving.value}
          onClose={() => (leaving.value = null)}
          onRemove={(passkey) => {
            leaving.value = null;
            void carryOut(() => remove(passkey));
          }}
        />
      )}
      {unconfirmed.value !== null && (
        <ConfirmSignIn forAccount onConfirmed={confirmed} onClose={() => (unconfirmed.value = null)} />
      )}
    </section>
  );
}

function canAdd(): boolean {
  return passkeysWork() && session.value !== null;
}

interface PasskeyRowProps {
  readonly passkey: Passkey;
  readonly onNamed: () => Promise<void>;
  readonly onRemove: () => void;
}

function PasskeyRow({ passkey, onNamed, onRemove }: PasskeyRowProps) {
  const naming = useSignal(false);
  const id = `passkey-${passkey.id}`;
  return (
    <li data-passkey={passkey.name}>
      <div id={id}>
        <p class="account-item">
          <bdi>{passkey.name}</bdi>
        </p>
        <p class="small muted">
          {
            // Translators: When a passkey was added. {date} is a moment like "3 June, 14:05".
            tx("Added {date}", { date: <Moment time={passkey.created_at} as="exact" /> })
          }
          {" · "}
          {passkey.last_used_at === null
            ? // Translators: Of a passkey with which nobody signed in so far.
              t("not used yet")
            : // Translators: When somebody last signed in with a passkey. {date} is a moment like "today, 09:12".
              tx("last used {date}", { date: <Moment time={passkey.last_used_at} as="exact" /> })}
        </p>
      </div>
      {naming.value ? (
        <NameForm passkey={passkey} onNamed={onNamed} onClose={() => (naming.value = false)} />
      ) : (
        <div class="account-buttons">
          <Button kind="ghost" aria-describedby={id} onClick={() => (naming.value = true)}>
            {
              // Translators: Button beside a passkey: gives it another name.
              t("Rename")
            }
          </Button>
          <Button kind="ghost" aria-describedby={id} onClick={onRemove}>
            {
              // Translators: Button beside a passkey: nobody can sign in with it any more.
              t("Remove")
            }
          </Button>
        </div>
      )}
    </li>
  );
}

interface NameFormProps {
  readonly passkey: Passkey;
  readonly onNamed: () => Promise<void>;
  readonly onClose: () => void;
}

function NameForm({ passkey, onNamed, onClose }: NameFormProps) {
  const name = useSignal(passkey.name);
  const error = useSignal<Words | null>(null);
  const save = async (event: SubmitEvent) => {
    event.preventDefault();
    try {
      await api.renamePasskey(passkey.id, name.value.trim() || passkey.name);
      await onNamed();
      onClose();
    } catch (reason) {
      error.value = () => passkeyError(reason);
    }
  };
  return (
    <form class="account-form" noValidate onSubmit={(event) => void save(event)}>
      <TextField
        // Translators: Label of the field with the name of a passkey.
        label={t("Name of this passkey")}
        value={name.value}
        onInput={(value) => (name.value = value)}
        error={error.value?.()}
        maxLength={LONGEST}
        autocomplete="off"
        autofocus
      />
      <div class="account-buttons">
        <Button type="submit">
          {
            // Translators: Button that keeps the new name of a Mac.
            t("Save name")
          }
        </Button>
        <Button kind="ghost" onClick={onClose}>
          {
            // Translators: Button that leaves everything as it was.
            t("Cancel")
          }
        </Button>
      </div>
    </form>
  );
}

interface RemoveDialogProps {
  readonly passkey: Passkey;
  readonly onRemove: (passkey: Passkey) => void;
  readonly onClose: () => void;
}

function RemoveDialog({ passkey, onRemove, onClose }: RemoveDialogProps) {
  // Translators: Title of the dialog before a passkey is removed.
  const title = t("Remove this passkey?");
  return (
    <Dialog label={title} onClose={onClose}>
      <h2>{title}</h2>
      <p>
        {
          // Translators: Text of the dialog before a passkey is removed. {name} is the name of the passkey.
          tx("Nobody can sign in with {name} any more, and you are signed out everywhere else. Your device may still offer it: delete it there as well.", {
            name: (
              <b>
                <bdi>{passkey.name}</bdi>
              </b>
            ),
          })
        }
      </p>
      <Button kind="primary" wide onClick={() => onRemove(passkey)}>
        {
          // Translators: Button of the dialog that removes a passkey.
          t("Remove the passkey")
        }
      </Button>
      <Button kind="ghost" wide onClick={onClose}>
        {
          // Translators: Button that leaves everything as it was.
          t("Cancel")
        }
      </Button>
    </Dialog>
  );
}

const KNOWN = ["iPhone", "iPad", "Macintosh", "Android", "Windows", "CrOS", "Linux"] as const;
const NAMES: Partial<Record<(typeof KNOWN)[number], string>> = { Macintosh: "Mac", CrOS: "Chromebook" };

/** What to call a new passkey until its person names it: the kind of device, which is called so in every language. */
function deviceName(): string {
  const kind = KNOWN.find((one) => navigator.userAgent.includes(one));
  // Translators: The name of a new passkey on a device of an unknown kind.
  return kind === undefined ? t("Passkey") : (NAMES[kind] ?? kind);
}
