/** An address that leads nowhere. */
import { ApiProblem } from "../../api";
import { PageError } from "../../components/page-error";

const NOT_FOUND = new ApiProblem(404, { code: "not-found" });

export function NotFoundPage() {
  return <PageError error={NOT_FOUND} />;
}
