/**
 * The messages of every page, under the header and in the flow, so that they push
 * the page down and cover nothing. A toast stays until it is closed; it is read out
 * once, when it comes. Of several the newest is shown, and how many there are more.
 */
import { useSignal } from "@preact/signals";
import { useRef } from "preact/hooks";
import type { Notice } from "../../api";
import { t, tn } from "../../i18n";
import { dismiss, notices, reachable } from "../../state";
import { Icon } from "../icon";
import { UnreachableMessage } from "../unreachable";
import { noticeWords } from "./words";
import "./toast.css";

export function Messages() {
  const before = useRef<Element | null>(null);
  const remember = (event: FocusEvent & { currentTarget: HTMLElement }) => {
    const from = event.relatedTarget;
    if (from instanceof Element && !event.currentTarget.contains(from)) before.current = from;
  };
  const close = (notice: Notice) => {
    void dismiss(notice);
    focusBack(before.current);
  };
  // Translators: Name of the region with messages under the header, for screen readers.
  const label = t("Messages");
  const opened = useSignal(false);
  const newestFirst = [...notices.value].reverse();
  const shown = opened.value ? newestFirst : newestFirst.slice(0, 1);
  // No landmark while there is nothing in it.
  const landmark = newestFirst.length > 0 || !reachable.value ? { role: "region" as const, "aria-label": label } : {};
  return (
    <div class="messages column" {...landmark} onFocusIn={remember}>
      <UnreachableMessage />
      {shown.map((notice) => (
        <Toast key={notice.id} notice={notice} close={() => close(notice)} />
      ))}
      {newestFirst.length > 1 && <More count={newestFirst.length - 1} opened={opened.value} toggle={() => (opened.value = !opened.value)} />}
    </div>
  );
}

interface MoreProps {
  readonly count: number;
  readonly opened: boolean;
  readonly toggle: () => void;
}

function More({ count, opened, toggle }: MoreProps) {
  return (
    <button type="button" class="messages-more" aria-expanded={opened} onClick={toggle}>
      {opened
        ? // Translators: Button under several messages: leaves the newest one only.
          t("Show fewer messages")
        : // Translators: Button under the newest message: shows those before it. {count} is how many there are.
          tn("{count} more message", "{count} more messages", count)}
    </button>
  );
}

function Toast({ notice, close }: { notice: Notice; close: () => void }) {
  const { kind, text, link } = noticeWords(notice, <DeviceName notice={notice} />);
  const closing = closeWords(notice);
  return (
    <div class={`message message-${kind}`} data-message={notice.code}>
      <Icon name={kind === "info" ? "help" : "alert"} size={24} />
      <p role="alert">{text}</p>
      {link && (
        <a class="message-link" href={link.href}>
          {link.words}
        </a>
      )}
      <button type="button" class="icon-button" aria-label={closing} onClick={close}>
        <Icon name="close" />
      </button>
    </div>
  );
}

function closeWords({ device }: Notice): string {
  // Translators: Name of the button that closes a message which is about no Mac.
  if (device === null) return t("Close the message");
  // Translators: Name of the button that closes a message. {device} is the Mac that the message is about.
  return t("Close the message about {device}", { device: device.name });
}

function DeviceName({ notice }: { notice: Notice }) {
  return (
    <b>
      <bdi>{notice.device?.name}</bdi>
    </b>
  );
}

/** Back to where somebody was before they came to the message, or else to the page's title. */
function focusBack(before: Element | null): void {
  const there = before?.isConnected ? before : document.querySelector("h1");
  if (there instanceof HTMLElement) there.focus({ preventScroll: true });
}
