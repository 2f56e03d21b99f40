/**
 * The one client of the API. It knows paths, headers and errors; what a session
 * is, and what a person reads, is for others.
 */
import { ApiProblem, isProblem, Unreachable, type ProblemBody } from "./problem";
import type * as api from "./types";

const ROOT = "/api/v1";

/** What the client needs of the world and of the session. */
export interface Surroundings {
  readonly fetch: typeof fetch;
  readonly language: () => string;
  readonly csrf: () => string;
  /** Fetches a new CSRF token; false where the session is another person's by now. */
  readonly renewCsrf: () => Promise<boolean>;
  /** Called when the session has ended; resolves to true once the same person signed in again. */
  readonly signInAgain: () => Promise<boolean>;
  /** Told after each call whether the portal was reached. */
  readonly reached: (reached: boolean) => void;
}

/** What a call may be given besides its own arguments. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** A call that nobody waits for: an ended session is only noted, not waited out. */
  readonly background?: boolean | undefined;
}

interface Call extends CallOptions {
  readonly method?: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  readonly body?: unknown;
  readonly etag?: string | null | undefined;
}

export type Client = ReturnType<typeof createClient>;

export function createClient(world: Surroundings) {
  /** One request; a session that ended, or an old CSRF token, is mended once and the call made again. */
  async function call(path: string, options: Call = {}): Promise<Response> {
    try {
      return await attempt(path, options);
    } catch (error) {
      if (!(await mended(error, options))) throw error;
      return attempt(path, options);
    }
  }

  async function mended(error: unknown, options: Call): Promise<boolean> {
    if (isProblem(error, "csrf-failed")) return world.renewCsrf();
    if (!isProblem(error, "sign-in-required")) return false;
    const signedIn = world.signInAgain();
    return options.background ? false : signedIn;
  }

  async function attempt(path: string, options: Call): Promise<Response> {
    const answer = await reach(path, options);
    if (answer.ok || answer.status === 304) return answer;
    throw await problemOf(answer);
  }

  async function reach(path: string, options: Call): Promise<Response> {
    try {
      const answer = await world.fetch(ROOT + path, requestOf(options));
      if (isGatewayPage(answer)) throw new Unreachable();
      world.reached(true);
      return answer;
    } catch (error) {
      if (options.signal?.aborted) throw new DOMException("given up", "AbortError");
      world.reached(false);
      throw new Unreachable(undefined, { cause: error });
    }
  }

  function requestOf({ method = "GET", body, etag, signal }: Call): RequestInit {
    const headers = new Headers({ Accept: "application/json, application/problem+json", "Accept-Language": world.language() });
    if (method !== "GET") headers.set("X-CSRF-Token", world.csrf());
    if (body !== undefined) headers.set("Content-Type", "application/json");
    if (etag) headers.set("If-None-Match", etag);
    return {
      method,
      headers,
      credentials: "same-origin",
      cache: "no-store",
      body: body === undefined ? null : JSON.stringify(body),
      signal: signal ?? null,
    };
  }

  async function json<Answer>(path: string, options?: Call): Promise<Answer> {
    return (await (await call(path, options)).json()) as Answer;
  }

  /** Every page of a list, in order. */
  async function list<Item>(path: string, options?: CallOptions): Promise<Item[]> {
    const items: Item[] = [];
    let after: string | null = null;
    do {
      const query: string = after === null ? "" : `?after=${encodeURIComponent(after)}`;
      const page: { items: Item[]; next: string | null } = await json(path + query, options);
      items.push(...page.items);
      after = page.next;
    } while (after !== null);
    return items;
  }

  /** The answer, or null where there is none. */
  async function orNull<Answer>(answer: Promise<Answer>): Promise<Answer | null> {
    try {
      return await answer;
    } catch (error) {
      if (isProblem(error, "not-found")) return null;
      throw error;
    }
  }

  /** Every ceremony begins with what the portal asks of the browser. */
  async function passkeyOptions(path: string): Promise<api.PasskeyOptions> {
    return (await json<{ options: api.PasskeyOptions }>(path, { method: "POST" })).options;
  }

  const device = (id: string) => `/devices/${encodeURIComponent(id)}`;

  return {
    session: (options?: CallOptions) => json<api.Session>("/session", options),
    signIn: (username: string, password: string) =>
      json<api.Session>("/session", { method: "POST", body: { username, password } }),
    signInOptions: () => passkeyOptions("/session/passkey/options"),
    signInWithPasskey: (credential: api.CredentialJson) =>
      json<api.Session>("/session/passkey", { method: "POST", body: { credential } }),
    confirmationOptions: () => passkeyOptions("/session/confirmation/passkey/options"),
    confirmWithPasskey: (credential: api.CredentialJson) =>
      call("/session/confirmation/passkey", { method: "POST", body: { credential } }),
    passkeys: (options?: CallOptions) => list<api.Passkey>("/passkeys", options),
    newPasskeyOptions: () => passkeyOptions("/passkeys/options"),
    addPasskey: (name: string, credential: api.CredentialJson) =>
      json<api.Passkey>("/passkeys", { method: "POST", body: { name, credential } }),
    renamePasskey: (id: string, name: string) =>
      json<api.Passkey>(`/passkeys/${encodeURIComponent(id)}`, { method: "PATCH", body: { name } }),
    removePasskey: (id: string) => call(`/passkeys/${encodeURIComponent(id)}`, { method: "DELETE" }),
    /** Changes the person's own password; without the present one a fresh sign-in is needed. */
    changePassword: (present: string | null, password: string) =>
      call("/account/password", { method: "PUT", body: { present, password } }),
    /** Sets the password of the person to whom a link was given. */
    useLink: (token: string, password: string) =>
      call("/password-links", { method: "POST", body: { token, password } }),
    /** Stores the language with the account. */
    chooseLocale: (locale: string) => call("/session", { method: "PATCH", body: { locale }, background: true }),
    /** Signs in again, for what needs a fresh sign-in. */
    confirm: (password: string) => call("/session/confirmation", { method: "POST", body: { password } }),
    /** Where the browser has to go to end its session at the provider of the work account too, or null. */
    signOut: async (everywhere = false): Promise<string | null> => {
      const answer = await call(`/session${everywhere ? "?everywhere=1" : ""}`, { method: "DELETE", background: true });
      return answer.status === 204 ? null : ((await answer.json()) as api.SignedOut).url;
    },

    /** One page of where the person is signed in: this session first, then the newest. */
    sessions: (after: string | null = null, options?: CallOptions) =>
      json<api.PageOf<api.ListedSession>>(`/sessions${queryOf({ after })}`, options),
    endSession: (id: string) => call(`/sessions/${encodeURIComponent(id)}`, { method: "DELETE" }),
    endOtherSessions: () => call("/sessions", { method: "DELETE" }),

    /** One page of who saw the keys of the person's Macs, newest first. */
    seenKeys: (after: string | null = null, options?: CallOptions) =>
      json<api.PageOf<api.SeenKey>>(`/account/reveals${queryOf({ after })}`, options),

    devices: (options?: CallOptions) => list<api.Device>("/devices", options),
    device: (id: string, options?: CallOptions) => json<api.Device>(device(id), options),
    renameDevice: (id: string, name: string) =>
      json<api.Device>(device(id), { method: "PATCH", body: { name } }),

    deposit: (id: string, recoveryKey: string, confirmation: string) =>
      json<api.Deposit>(`${device(id)}/deposits`, {
        method: "POST",
        body: { recovery_key: recoveryKey, confirmation },
      }),
    /** The latest deposit; "unchanged" since `etag`, or null where there never was one. */
    latestDeposit: (id: string, etag?: string | null, options?: CallOptions) =>
      orNull(
        call(`${device(id)}/deposits/latest`, { ...options, etag }).then(
          async (answer): Promise<api.Observed | "unchanged"> =>
            answer.status === 304
              ? "unchanged"
              : { deposit: (await answer.json()) as api.Deposit, etag: answer.headers.get("ETag") },
        ),
      ),

    reveal: (id: string, request: { version?: string; reason?: string } = {}, options?: CallOptions) =>
      json<api.Reveal>(`${device(id)}/reveals`, { ...options, method: "POST", body: request }),
    versions: (id: string, options?: CallOptions) => list<api.KeyVersion>(`${device(id)}/versions`, options),
    rotate: (id: string) => json<api.Deposit>(`${device(id)}/rotations`, { method: "POST" }),

    check: (id: string) => json<api.Check>(`${device(id)}/checks`, { method: "POST" }),
    latestCheck: (id: string, options?: CallOptions) =>
      orNull(json<api.Check>(`${device(id)}/checks/latest`, options)),

    /** One page of the Macs that support finds by these words and this filter. */
    searchDevices: (question: api.DeviceQuestion, options?: CallOptions) =>
      json<api.PageOf<api.Device>>(`/support/devices${queryOf(question)}`, options),
    countDevices: (q: string, options?: CallOptions) =>
      json<api.DeviceCounts>(`/support/devices/counts${queryOf({ q })}`, options),
    /** One page of what happened to a device, newest first. */
    history: (id: string, after: string | null = null, options?: CallOptions) =>
      json<api.PageOf<api.DeviceEvent>>(`${device(id)}/history${queryOf({ after })}`, options),
    askToStore: (id: string) => call(`${device(id)}/asks`, { method: "POST" }),
    /** Whom `askAllToStore` would ask. */
    toAsk: (q: string, filter: api.AskableFilter, options?: CallOptions) =>
      json<api.ToAsk>(`/support/asks${queryOf({ q, filter })}`, options),
    /** The owners of the Macs that these words and this filter find; a thousand Macs at once. */
    askAllToStore: (q: string, filter: api.AskableFilter, after: string | null) =>
      json<api.AskedAll>("/support/asks", { method: "POST", body: { q, filter, after } }),
    requestReveal: (id: string, reason: string) =>
      json<api.RevealRequest>(`${device(id)}/requests`, { method: "POST", body: { reason } }),
    /** The person's own latest request for this Mac, or null where there never was one. */
    latestRequest: (id: string, options?: CallOptions) =>
      orNull(json<api.RevealRequest>(`${device(id)}/requests/latest`, options)),
    /** Requests that wait for a decision, the person's own among them. */
    requests: (options?: CallOptions) => list<api.RevealRequest>("/admin/requests", options),
    /** One page of the requests that were decided lately or expired, the latest first. */
    closedRequests: (after: string | null = null, options?: CallOptions) =>
      json<api.PageOf<api.RevealRequest>>(`/admin/requests/closed${queryOf({ after })}`, options),
    decideRequest: (id: string, approve: boolean) =>
      json<api.RevealRequest>(`/admin/requests/${encodeURIComponent(id)}/decision`, { method: "POST", body: { approve } }),
    /** One page of the audit log, newest first. */
    audit: (query: URLSearchParams, options?: CallOptions) => json<api.PageOf<api.AuditEntry>>(`/audit?${query}`, options),
    /** The address of an export, for a link. */
    auditExport: (query: URLSearchParams, format: "csv" | "jsonl") => {
      const asked = new URLSearchParams(query);
      asked.set("format", format);
      return `${ROOT}/audit?${asked}`;
    },

    notices: (options?: CallOptions) => list<api.Notice>("/notices", options),
    dismissNotice: (id: string) => call(`/notices/${encodeURIComponent(id)}`, { method: "DELETE" }),
  };
}

/** The parts that are there, as the end of an address. */
function queryOf(parts: Readonly<Record<string, string | null | undefined>>): string {
  const given = Object.entries(parts).filter((part): part is [string, string] => Boolean(part[1]));
  return given.length === 0 ? "" : `?${new URLSearchParams(given)}`;
}

async function problemOf(answer: Response): Promise<ApiProblem> {
  const body = (await answer.json().catch(() => ({}))) as ProblemBody;
  const seconds = Number(answer.headers.get("Retry-After") ?? Number.NaN);
  return new ApiProblem(answer.status, body, Number.isFinite(seconds) ? seconds : null);
}

/** A proxy's own page about a portal that does not answer; the portal itself always sends JSON. */
function isGatewayPage(answer: Response): boolean {
  const isJson = answer.headers.get("Content-Type")?.includes("json") ?? false;
  return answer.status >= 502 && answer.status <= 504 && !isJson;
}
