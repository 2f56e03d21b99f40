/** The two ways in which a call does not succeed: the portal said no, or could not be reached. */

export interface ProblemBody {
  readonly title?: string;
  readonly detail?: string;
  readonly code?: string;
  readonly params?: Readonly<Record<string, unknown>>;
}

/** A problem after RFC 9457. `title` and `detail` are in the person's language already. */
export class ApiProblem extends Error {
  override readonly name = "ApiProblem";
  readonly code: string;
  readonly title: string;
  readonly detail: string;
  readonly params: Readonly<Record<string, unknown>>;

  constructor(
    readonly status: number,
    body: ProblemBody,
    /** Seconds to wait before another try, where the portal said so. */
    readonly retryAfter: number | null = null,
  ) {
    super(`${status} ${body.code ?? ""}`);
    this.code = body.code ?? "unavailable";
    this.title = body.title ?? "";
    this.detail = body.detail ?? "";
    this.params = body.params ?? {};
  }
}

/** No answer of the portal came back: no network, a proxy without a portal behind it. */
export class Unreachable extends Error {
  override readonly name = "Unreachable";
}

/** Whether an error is a problem of the API with this code. */
export function isProblem(error: unknown, code: string): error is ApiProblem {
  return error instanceof ApiProblem && error.code === code;
}

/** Whether a call was given up by its own page, which nobody needs to read about. */
export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}
