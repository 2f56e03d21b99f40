/** The pages of the portal that this person has, as list items. */
import { useLocation } from "preact-iso/router";
import type { Role } from "../../api";
import { t } from "../../i18n";
import { pageOwner } from "../../state";
import { assisted } from "../../state/device";

interface Destination {
  readonly href: string;
  readonly words: () => string;
  /** Roles of which one is needed to see it; without, everybody does. */
  readonly roles?: readonly Role[];
}

const DESTINATIONS: readonly Destination[] = [
  // Translators: Name of the page with the person's own Macs, in the navigation.
  { href: "/devices", words: () => t("Devices") },
  // Translators: Name of the page where IT support finds Macs and helps their owners, in the navigation.
  { href: "/support", words: () => t("Support desk"), roles: ["support", "administrator"] },
  // Translators: Name of the page on which administrators approve or deny what IT support asked for, in the navigation.
  { href: "/admin/requests", words: () => t("Requests"), roles: ["administrator"] },
  // Translators: Name of the page that shows auditors who did what, in the navigation.
  { href: "/audit", words: () => t("Audit log"), roles: ["auditor"] },
  // Translators: Name of the page with the guide, in the navigation.
  { href: "/help", words: () => t("Help") },
];

export function NavLinks() {
  const { path } = useLocation();
  const own = pageOwner.value?.roles ?? [];
  const open = DESTINATIONS.filter(({ roles }) => roles === undefined || roles.some((role) => own.includes(role)));
  return open.map(({ href, words }) => (
    <li key={href}>
      <a class="menu-item" href={href} aria-current={currentness(path, href)}>
        {words()}
      </a>
    </li>
  ));
}

function currentness(path: string, href: string): "page" | "true" | undefined {
  if (path === href || (path === "/" && href === "/devices")) return "page";
  return sectionOf(path).startsWith(`${href}/`) ? "true" : undefined;
}

/** Somebody else's Mac is looked at from the support desk, though its address is that of a Mac. */
function sectionOf(path: string): string {
  const others = `/devices/${encodeURIComponent(assisted.value ?? "")}`;
  const isOthers = assisted.value !== null && `${path}/`.startsWith(`${others}/`);
  return isOthers ? path.replace("/devices", "/support") : path;
}
