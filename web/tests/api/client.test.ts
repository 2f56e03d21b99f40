import { describe, expect, test, vi } from "vitest";
import { createClient, type Surroundings } from "../../src/api/client";
import { ApiProblem, Unreachable } from "../../src/api/problem";

describe("a request", () => {
  test("that changes something carries the CSRF token, the language and JSON", async () => {
    const { client, requests } = portal([json(202, { id: "d1" })]);
    await client.deposit("mac/1", "AAAA", "BBBB");
    expect(requests[0]?.url).toBe("/api/v1/devices/mac%2F1/deposits");
    expect(requests[0]?.init).toMatchObject({ method: "POST", credentials: "same-origin", cache: "no-store" });
    expect(headersOf(requests[0])).toMatchObject({
      "x-csrf-token": "token-1",
      "accept-language": "nl",
      "content-type": "application/json",
    });
    expect(JSON.parse(String(requests[0]?.init.body))).toEqual({ recovery_key: "AAAA", confirmation: "BBBB" });
  });

  test("that only reads carries no CSRF token", async () => {
    const { client, requests } = portal([json(200, { id: "1" })]);
    await client.device("1");
    expect(headersOf(requests[0])).not.toHaveProperty("x-csrf-token");
  });

  test("for a list fetches all its pages", async () => {
    const { client, requests } = portal([
      json(200, { items: [1, 2], next: "a b" }),
      json(200, { items: [3], next: null }),
    ]);
    expect(await client.devices()).toEqual([1, 2, 3]);
    expect(requests[1]?.url).toBe("/api/v1/devices?after=a%20b");
  });
});

describe("the latest deposit", () => {
  test("comes with its ETag", async () => {
    const { client } = portal([json(200, { id: "d1" }, { ETag: '"7"' })]);
    expect(await client.latestDeposit("1")).toEqual({ deposit: { id: "d1" }, etag: '"7"' });
  });

  test("is asked for by its ETag and may be unchanged", async () => {
    const { client, requests } = portal([() => new Response(null, { status: 304 })]);
    expect(await client.latestDeposit("1", '"7"')).toBe("unchanged");
    expect(headersOf(requests[0])).toMatchObject({ "if-none-match": '"7"' });
  });

  test("is null where there never was one", async () => {
    const { client } = portal([problem(404, "not-found")]);
    expect(await client.latestDeposit("1")).toBeNull();
  });
});

describe("what does not succeed", () => {
  test("is a problem with the portal's code, words and time to wait", async () => {
    const { client } = portal([problem(429, "too-many-attempts", { "Retry-After": "130" })]);
    const error = await failure(client.signIn("noor", "x"));
    expect(error).toBeInstanceOf(ApiProblem);
    expect(error).toMatchObject({ status: 429, code: "too-many-attempts", detail: "words", retryAfter: 130 });
  });

  test.each([
    ["no network", () => Promise.reject(new TypeError("Failed to fetch"))],
    ["a proxy's page", () => new Response("<h1>Bad gateway</h1>", { status: 502, headers: { "Content-Type": "text/html" } })],
  ])("is unreachable: %s", async (_case, answer) => {
    const { client, world } = portal([answer]);
    expect(await failure(client.devices())).toBeInstanceOf(Unreachable);
    expect(world.reached).toHaveBeenLastCalledWith(false);
  });

  test("is a problem where the portal itself says that it is unavailable", async () => {
    const { client, world } = portal([problem(503, "unavailable")]);
    expect(await failure(client.devices())).toMatchObject({ code: "unavailable" });
    expect(world.reached).toHaveBeenLastCalledWith(true);
  });

  test("is an abort, not an outage, where the page gave it up", async () => {
    const given = new AbortController();
    given.abort();
    const { client, world } = portal([() => Promise.reject(new DOMException("x", "AbortError"))]);
    expect(await failure(client.device("1", { signal: given.signal }))).toMatchObject({ name: "AbortError" });
    expect(world.reached).not.toHaveBeenCalled();
  });
});

describe("a session that has ended", () => {
  test("is waited out, and the call made again once the person is back", async () => {
    const { client, requests } = portal([problem(401, "sign-in-required"), json(202, { id: "d1" })], {
      signInAgain: () => Promise.resolve(true),
    });
    expect(await client.deposit("1", "A", "A")).toEqual({ id: "d1" });
    expect(requests).toHaveLength(2);
  });

  test("ends the call where the person does not come back", async () => {
    const { client, requests } = portal([problem(401, "sign-in-required")]);
    expect(await failure(client.device("1"))).toMatchObject({ code: "sign-in-required" });
    expect(requests).toHaveLength(1);
  });

  test("is noted and not waited out by a call in the background", async () => {
    const signInAgain = vi.fn(() => new Promise<boolean>(() => undefined));
    const { client } = portal([problem(401, "sign-in-required")], { signInAgain });
    expect(await failure(client.notices({ background: true }))).toMatchObject({ code: "sign-in-required" });
    expect(signInAgain).toHaveBeenCalledOnce();
  });
});

describe("an old CSRF token", () => {
  test("is renewed once and the call made again with the new one", async () => {
    const tokens = ["token-1", "token-2"];
    const { client, requests } = portal([problem(403, "csrf-failed"), json(200, { id: "1" })], {
      csrf: () => tokens[0] ?? "",
      renewCsrf: () => Promise.resolve(tokens.shift() !== undefined),
    });
    await client.renameDevice("1", "iMac");
    expect(headersOf(requests[1])).toMatchObject({ "x-csrf-token": "token-2" });
  });

  test("that is refused again is an error, not a loop", async () => {
    const { client, requests } = portal([problem(403, "csrf-failed"), problem(403, "csrf-failed")], {
      renewCsrf: () => Promise.resolve(true),
    });
    expect(await failure(client.rotate("1"))).toMatchObject({ code: "csrf-failed" });
    expect(requests).toHaveLength(2);
  });
});

type Answer = () => Response | Promise<Response>;

interface Request {
  readonly url: string;
  readonly init: RequestInit;
}

/** A client whose network gives these answers, one after another. */
function portal(answers: Answer[], changes: Partial<Surroundings> = {}) {
  const requests: Request[] = [];
  const world = {
    fetch: async (url: RequestInfo | URL, init: RequestInit = {}) => {
      requests.push({ url: String(url), init });
      const answer = answers.shift();
      if (answer === undefined) throw new Error(`one request too many: ${String(url)}`);
      return answer();
    },
    language: () => "nl",
    csrf: () => "token-1",
    renewCsrf: () => Promise.resolve(false),
    signInAgain: () => Promise.resolve(false),
    reached: vi.fn(),
    ...changes,
  };
  return { client: createClient(world), requests, world };
}

function json(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return () => new Response(JSON.stringify(body), { status, headers: { "Content-Type": "application/json", ...headers } });
}

function problem(status: number, code: string, headers: Record<string, string> = {}): Answer {
  const body = { type: "about:blank", title: "title", status, detail: "words", code, params: {} };
  return json(status, body, { "Content-Type": "application/problem+json", ...headers });
}

function headersOf(request: Request | undefined): Record<string, string> {
  return Object.fromEntries([...new Headers(request?.init.headers)].map(([name, value]) => [name.toLowerCase(), value]));
}

async function failure(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => expect.unreachable("the call should not have succeeded"),
    (error: unknown) => error,
  );
}
