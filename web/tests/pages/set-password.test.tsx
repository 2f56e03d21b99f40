/** The page that sets a password by a link. */
import { expect, test } from "vitest";
import { SetPasswordPage } from "../../src/pages/set-password";
import { act } from "preact/test-utils";
import { open, settled } from "../support/page";
import { type Answers, type Portal, portal, problem, SESSION } from "../support/portal";
import { exists, find, press, type, words } from "../support/render";

const CALL = "POST /password-links";

test("sets it with what stands behind #, which then stands there no more", async () => {
  const standing = await openPage("#4f", { [CALL]: { status: 204 } });
  await sets("zeven zilveren zeilen");
  expect(standing.of(CALL).map(({ body }) => body)).toEqual([{ token: "4f", password: "zeven zilveren zeilen" }]);
  expect(words(find("[data-message=password-set]"))).toContain("Sign in with your user name and this password.");
  expect(location.hash).toBe("");
});

test("keeps what was typed where it is refused, and says why", async () => {
  await openPage("#4f", { [CALL]: problem(422, "password-refused") });
  await sets("kort");
  expect(words(find(".field-error"))).toBe("about password-refused");
  expect(find<HTMLInputElement>("[name=password]").value).toBe("kort");
  expect(location.hash).toBe("#4f");
});

test("says of a link that is over what to do", async () => {
  await openPage("#4f", { [CALL]: problem(410, "link-over") });
  await sets("zeven zilveren zeilen");
  expect(words(find("[data-message=link-over]"))).toContain("Ask support for another one.");
});

test("takes another link that is opened in the same tab", async () => {
  await openPage("");
  expect(exists("[data-message=link-over]")).toBe(true);
  await act(() => {
    history.replaceState(null, "", "/set-password#5a");
    dispatchEvent(new HashChangeEvent("hashchange"));
  });
  expect(exists("[name=password]")).toBe(true);
});

async function openPage(hash: string, answers: Answers = {}): Promise<Portal> {
  const standing = portal({ "GET /session": { json: SESSION }, ...answers });
  await open(`/set-password${hash}`, <SetPasswordPage />);
  return standing;
}

async function sets(password: string): Promise<void> {
  await type(find<HTMLInputElement>("[name=password]"), password);
  await press("button", "Set password");
  await settled();
}
