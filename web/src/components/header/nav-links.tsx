/** The pages of the portal that this person has, as list items. */
import { useLocation } from "preact-iso/router";
import { t } from "../../i18n";

interface Destination {
  readonly href: string;
  readonly words: () => string;
}

const DESTINATIONS: readonly Destination[] = [
  // Translators: Name of the page with the person's own Macs, in the navigation.
  { href: "/devices", words: () => t("Devices") },
  // Translators: Name of the page with the guide, in the navigation.
  { href: "/help", words: () => t("Help") },
];

export function NavLinks() {
  const { path } = useLocation();
  return DESTINATIONS.map(({ href, words }) => (
    <li key={href}>
      <a class="menu-item" href={href} aria-current={currentness(path, href)}>
        {words()}
      </a>
    </li>
  ));
}

function currentness(path: string, href: string): "page" | "true" | undefined {
  if (path === href || (path === "/" && href === "/devices")) return "page";
  return path.startsWith(`${href}/`) ? "true" : undefined;
}
