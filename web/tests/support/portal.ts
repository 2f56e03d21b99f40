/** A portal behind `fetch`: the real client talks to it, and a test says what it answers. */
import { vi } from "vitest";
import type { Check, Deposit, Device, KeyVersion, RevealRequest, Session } from "../../src/api";

export interface Asked {
  readonly method: string;
  readonly path: string;
  readonly body: unknown;
}

/** What is answered to "METHOD /path"; a function is called with the body. */
export type Answers = Record<string, Answer | ((body: unknown) => Answer | Promise<Answer>)>;
export type Answer = { readonly status?: number; readonly json?: unknown; readonly etag?: string } | "unreachable";

export interface Portal {
  /** May be changed while the test runs. */
  readonly answers: Answers;
  readonly asked: Asked[];
  readonly of: (call: string) => Asked[];
}

export function portal(answers: Answers): Portal {
  const asked: Asked[] = [];
  const behind = async (input: RequestInfo | URL, init: RequestInit = {}): Promise<Response> => {
    const [method, path] = [init.method ?? "GET", String(input).replace("/api/v1", "")];
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : null;
    asked.push({ method, path, body });
    const standing = answers[`${method} ${path}`] ?? problem(404, "not-found");
    return responseOf(typeof standing === "function" ? await standing(body) : standing);
  };
  vi.stubGlobal("fetch", behind);
  return { answers, asked, of: (call) => asked.filter(({ method, path }) => `${method} ${path}` === call) };
}

function responseOf(answer: Answer): Response {
  if (answer === "unreachable") throw new TypeError("no network");
  const { status = 200, json, etag } = answer;
  const headers = new Headers({ "Content-Type": status >= 400 ? "application/problem+json" : "application/json" });
  if (etag !== undefined) headers.set("ETag", etag);
  return new Response(json === undefined ? null : JSON.stringify(json), { status, headers });
}

export function problem(status: number, code: string): Answer {
  return { status, json: { status, code, title: code, detail: `about ${code}`, params: {} } };
}

export function list(items: readonly unknown[]): Answer {
  return { json: { items, next: null } };
}

export function device(given: Partial<Device> = {}): Device {
  return {
    id: "m1",
    name: "Mac mini studio",
    model: "Mac mini",
    os_version: "15.1",
    serial: "C02ZK1QXMD6T",
    ownership: "personal",
    owner: { id: "p1", username: "noor", name: "Noor Vermeer" },
    encrypted: true,
    has_recovery_key: true,
    escrows_by_itself: null,
    last_check_in: "2026-11-11T13:05:00Z",
    deposit: null,
    escrowed: null,
    stale: null,
    access: { state: "allowed", until: null },
    remedy: null,
    actions: ["deposit", "reveal", "check", "rename"],
    ...given,
  };
}

export function deposit(given: Partial<Deposit> = {}): Deposit {
  return {
    id: "d1",
    kind: "deposit",
    state: "received",
    step: null,
    message: null,
    causes: [],
    created_at: "2026-11-23T09:41:00Z",
    settled_at: null,
    waiting: false,
    device_checked_in_since: null,
    ...given,
  };
}

export function check(given: Partial<Check> = {}): Check {
  return {
    id: "c1",
    state: "asked",
    access: { state: "allowed", until: null },
    remedy: null,
    last_check_in: "2026-11-11T13:05:00Z",
    created_at: "2026-11-23T09:41:00Z",
    waits_until: "2026-11-23T09:43:00Z",
    settled_at: null,
    ...given,
  };
}

export function version(given: Partial<KeyVersion> = {}): KeyVersion {
  return { id: "v1", provenance: "rotated", confirmed: true, present: true, may_be_newer: false, created_at: "2026-11-20T09:00:00Z", ...given };
}

export function request(given: Partial<RevealRequest> = {}): RevealRequest {
  return {
    id: "r1",
    device: { id: "m1", name: "Mac mini studio", serial: "C02ZK1QXMD6T", owner: { id: "p2", username: "daan", name: "Daan Vermeer" } },
    requester: { id: "p3", username: "sam", name: "Sam Support" },
    reason: "Locked out",
    state: "asked",
    created_at: "2026-11-23T09:00:00Z",
    until: "2026-11-24T09:00:00Z",
    decided_at: null,
    decided_by: null,
    ...given,
  };
}

export const ESCROWED = { since: "2026-11-20T09:00:00Z", version: "v1", provenance: "rotated" } as const;

export const SESSION: Session = {
  person: { id: "p1", username: "noor", name: "Noor Vermeer", locale: null, roles: [], ways: ["password"] },
  csrf: "token",
  sign_in: { password: true, passkey: false, oidc: [] },
  password_length: 12,
  organization: "Havenlicht",
  support: { name: "Servicedesk", email: "help@example.org", phone: "085 000 12 34", url: null, hours: null },
};
