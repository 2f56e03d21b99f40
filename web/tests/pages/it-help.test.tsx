/** The guide for IT: whom it is for, and that it names the settings as they are. */
import { expect, test } from "vitest";
import { session } from "../../src/state";
import type { Role } from "../../src/api";
import { HelpPage } from "../../src/pages/help";
import { ItHelpPage } from "../../src/pages/help/it";
import { open } from "../support/page";
import { SESSION } from "../support/portal";
import { exists, find, words } from "../support/render";
import { act } from "preact/test-utils";

test.each<[Role, boolean]>([
  ["support", true],
  ["administrator", true],
  ["auditor", false],
])("the guide leads there whoever is %s: %s", async (role, leads) => {
  await open("/help", <HelpPage />);
  expect(exists("a[href='/help/it']")).toBe(false);
  const person = SESSION.person && { ...SESSION.person, roles: [role] };
  await act(() => void (session.value = { ...SESSION, person }));
  expect(exists("a[href='/help/it']")).toBe(leads);
});

test("names the values of the policy as they are set, and the address of this portal", async () => {
  await open("/help/it", <ItHelpPage />);
  expect(words(find("h1"))).toBe("Help for IT");
  expect(words(find("dl > div", "SLEUTELKAST_ESCROW_POLICY"))).toContain("off never asks for one, warn tells its owner, require ends the access");
  expect(words(find("code", "nanomdm"))).toContain(`${location.origin}/mdm/webhook`);
});
