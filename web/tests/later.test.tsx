/** Pages that the app does not begin with. */
import type { ComponentChildren } from "preact";
import { useErrorBoundary } from "preact/hooks";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { loadLaterTexts } from "../src/i18n";
import { later } from "../src/later";
import { exists, find, show, words } from "./support/render";
import { settled } from "./support/page";

vi.mock("../src/i18n", () => ({ loadLaterTexts: vi.fn() }));

const Guide = () => <h1>Guide</h1>;

test("such a page is blank until its code and its words are there, and is there at once from then on", async () => {
  let speak: () => void = () => undefined;
  vi.mocked(loadLaterTexts).mockReturnValueOnce(new Promise((resolve) => (speak = resolve)));
  const load = vi.fn(() => Promise.resolve(Guide));
  const Page = later(load);
  await show(<Page />);
  await settled();
  expect(load).toHaveBeenCalledOnce();
  expect(exists("h1")).toBe(false);
  speak();
  await settled();
  expect(words(find("h1"))).toBe("Guide");
  await show(<Page key="again" />);
  expect(words(find("h1"))).toBe("Guide");
  expect(load).toHaveBeenCalledOnce();
});

test.each([
  ["code", () => Promise.reject(new TypeError("offline")), () => Promise.resolve()],
  ["words", () => Promise.resolve(Guide), () => Promise.reject(new TypeError("offline"))],
])("a page whose %s do not come says so, and is fetched again when somebody comes again", async (_what, code, speech) => {
  vi.mocked(loadLaterTexts).mockImplementationOnce(speech);
  const load = vi.fn(() => Promise.resolve(Guide)).mockImplementationOnce(code);
  const Page = later(load);
  await show(<Boundary><Page /></Boundary>);
  await settled();
  expect(words(find("p"))).toBe("TypeError: offline");
  await show(<Boundary key="again"><Page /></Boundary>);
  await settled();
  expect(words(find("h1"))).toBe("Guide");
});

test("a page that was left before it came disturbs no other, and is there the next time", async () => {
  let arrive: (page: typeof Guide) => void = () => undefined;
  const Page = later(() => new Promise((resolve) => (arrive = resolve)));
  await show(<Page />);
  await show(<h2>Devices</h2>);
  arrive(Guide);
  await settled();
  expect(exists("h1")).toBe(false);
  await show(<Page />);
  expect(words(find("h1"))).toBe("Guide");
});

beforeEach(() => void vi.mocked(loadLaterTexts).mockResolvedValue());
afterEach(() => void vi.mocked(loadLaterTexts).mockReset());

function Boundary({ children }: { children: ComponentChildren }) {
  const [error] = useErrorBoundary();
  return error === undefined ? <>{children}</> : <p>{String(error)}</p>;
}
