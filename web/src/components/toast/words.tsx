/** What a notice says, and where it leads. */
import type { ComponentChildren } from "preact";
import type { Notice } from "../../api";
import { t, tx } from "../../i18n";

export interface NoticeWords {
  readonly kind: "danger" | "warn" | "info";
  readonly text: ComponentChildren;
  readonly link: { readonly href: string; readonly words: string } | null;
}

/** `device` is the device's name as an element. */
export function noticeWords(notice: Notice, device: ComponentChildren): NoticeWords {
  const page = notice.device === null ? null : `/devices/${encodeURIComponent(notice.device.id)}`;
  switch (notice.code) {
    case "device-not-updated":
      return {
        kind: "danger",
        // Translators: Message device-not-updated, on any page: the portal could not store the recovery key of this Mac. {device} is the name of the Mac.
        text: tx("The recovery key of {device} could not be stored.", { device }),
        // Translators: Link in the message device-not-updated: leads to the page of the Mac, where it says what to do next.
        link: page === null ? null : { href: page, words: t("See what you can do") },
      };
    case "rotation-failed":
      return {
        kind: "warn",
        // Translators: Message rotation-failed, on any page: the kept recovery key of this Mac was to be replaced. {device} is the name of the Mac.
        text: tx("{device} did not get a new recovery key.", { device }),
        // Translators: Link in the message device-not-updated: leads to the page of the Mac, where it says what to do next.
        link: page === null ? null : { href: page, words: t("See what you can do") },
      };
    case "others-rotation-failed":
      return {
        kind: "warn",
        // Translators: Message on any page, to IT support: they had the key of somebody else's Mac replaced, and that came to nothing. {device} is the name of the Mac.
        text: tx("{device}, which you help with, did not get a new recovery key.", { device }),
        link: toDevice(page),
      };
    case "store-asked":
      return {
        kind: "warn",
        // Translators: Message on any page: support asks this person to store a key. {device} is the name of the Mac.
        text: tx("Your organization asks you to store the recovery key of {device}.", { device }),
        // Translators: Fixed name of an action: a link or button that leads to the page where one stores a recovery key.
        link: page === null ? null : { href: `${page}/store`, words: t("Store recovery key") },
      };
    case "key-revealed":
      return { kind: "warn", text: revealedWords(notice.by, device), link: toDevice(page) };
    case "device-reassigned":
      return {
        kind: "info",
        // Translators: Message on any page: this person had the Mac until now, and it belongs to somebody else from now on. {device} is the name of the Mac.
        text: tx("{device} is no longer one of your devices. Your organization has given it to somebody else.", { device }),
        link: null,
      };
    case "ownership-changed":
      return {
        kind: "warn",
        // Translators: Message on any page: a Mac that was personal is corporate now, or the other way round. {device} is the name of the Mac.
        text: tx("Your organization has changed whether {device} is personal or corporate. The keys that were kept before stay as private as they were.", { device }),
        link: toDevice(page),
      };
    case "credential-reset":
      return {
        kind: "warn",
        // Translators: Message on any page: an administrator gave this person's account a new password.
        text: t("Your account got a new password from an administrator. Was this not at your request? Then contact support."),
        // Translators: Link in a message: leads to the page with the ways to reach support.
        link: { href: "/help#contact", words: t("Contact support") },
      };
    case "reveal-requested":
      return {
        kind: "warn",
        text: requestedWords(notice.by, device),
        // Translators: Link in a message to administrators: leads to the page where they decide on requests.
        link: { href: "/admin/requests", words: t("Go to the requests") },
      };
    case "passkey-added":
      return {
        kind: "info",
        // Translators: Message on any page: the person, or somebody who was signed in as them, added a passkey.
        text: t("A passkey was added to your account. Was that not you? Then contact support at once."),
        // Translators: Link in a message: leads to the page with the ways to reach support.
        link: { href: "/help#contact", words: t("Contact support") },
      };
    case "passkey-removed":
      return {
        kind: "info",
        // Translators: Message on any page: the person, or somebody who was signed in as them, removed a passkey.
        text: t("A passkey was removed from your account. Was that not you? Then contact support at once."),
        // Translators: Link in a message: leads to the page with the ways to reach support.
        link: { href: "/help#contact", words: t("Contact support") },
      };
    case "password-changed":
      return {
        kind: "info",
        // Translators: Message on any page: the person's password was changed by somebody who was signed in as them.
        text: t("Your password was changed. Was that not you? Then contact support at once."),
        // Translators: Link in a message: leads to the page with the ways to reach support.
        link: { href: "/help#contact", words: t("Contact support") },
      };
    case "reveal-approved":
      return {
        kind: "info",
        // Translators: Message on any page, to IT support: a second person agreed that they see the key of somebody else's Mac. {device} is the name of the Mac.
        text: tx("You may see the recovery key of {device} for a while: your request was approved.", { device }),
        // Translators: Button, fixed name: shows the kept recovery key.
        link: page === null ? null : { href: `${page}/key`, words: t("Get recovery key") },
      };
    case "reveal-denied":
      return {
        kind: "info",
        // Translators: Message on any page, to IT support: a second person did not agree that they see the key of somebody else's Mac. {device} is the name of the Mac.
        text: tx("Your request to see the recovery key of {device} was not approved.", { device }),
        link: toDevice(page),
      };
    default:
      return {
        kind: "info",
        // Translators: Message on any page, when something happened with a Mac that this page has no better words for. {device} is its name.
        text: tx("There is news about {device}.", { device }),
        link: toDevice(page),
      };
  }
}

function revealedWords(by: string | null, device: ComponentChildren): ComponentChildren {
  // Translators: Message on any page: somebody other than the owner was shown the recovery key. {device} is the name of the Mac.
  if (by === null) return tx("Somebody else was shown the recovery key of {device}.", { device });
  // Translators: Message on any page: {name}, who is not the owner, was shown the recovery key. {device} is the name of the Mac.
  return tx("{name} was shown the recovery key of {device}.", { name: <bdi>{by}</bdi>, device });
}

function requestedWords(by: string | null, device: ComponentChildren): ComponentChildren {
  // Translators: Message on any page, to administrators: IT support asks for leave to see somebody's recovery key. {device} is the name of the Mac.
  if (by === null) return tx("A request to see the recovery key of {device} waits for a decision.", { device });
  // Translators: Message on any page, to administrators: {name}, of IT support, asks for leave to see somebody's recovery key. {device} is the name of the Mac.
  return tx("{name} asks to see the recovery key of {device}, and waits for a decision.", { name: <bdi>{by}</bdi>, device });
}

function toDevice(page: string | null): NoticeWords["link"] {
  // Translators: Link in a message: leads to the page of the Mac that the message is about.
  return page === null ? null : { href: page, words: t("Go to this Mac") };
}
