/** The person's own page. */
import { describe, expect, test } from "vitest";
import { AccountPage } from "../../src/pages/account";
import { open } from "../support/page";
import { type Answers, type Portal, portal } from "../support/portal";
import { exists, find, press, words } from "../support/render";

describe("the page", () => {
  test("is named and says whose it is", async () => {
    await openPage();
    expect(words(find("h1"))).toBe("Your account");
    expect(words(find(".page-meta"))).toBe("Noor Vermeernoor");
    expect(document.title).toBe("Your account · Sleutelkast");
  });
});

describe("the language", () => {
  test("is told, and chosen from the list that the header has", async () => {
    await openPage();
    expect(words(card("Language"))).toContain("The portal speaks English to you");
    await press("section button", "Choose a language");
    expect(find("dialog").getAttribute("aria-label")).toBe("Choose a language");
    await press("dialog .icon-button");
    expect(exists("dialog")).toBe(false);
  });
});

async function openPage(answers: Answers = {}): Promise<Portal> {
  const standing = portal(answers);
  await open("/account", <AccountPage />);
  return standing;
}

function card(title: string): HTMLElement {
  return find("h2", title).closest("section") as HTMLElement;
}
