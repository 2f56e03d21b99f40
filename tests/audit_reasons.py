"""What the portal writes beside an action, as `reason` of an entry of the audit log, and in which form.

`golden/audit_reasons.json` has all of it, and the web app's tests look there whether each code has words.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path

from sleutelkast.domain.access import Ownership, Permission, Role
from sleutelkast.domain.api_token import Scope
from sleutelkast.domain.audit import Action, AuditEntry, Outcome
from sleutelkast.domain.work_account import Cause
from sleutelkast.usecases import errors
from sleutelkast.usecases.crypt_check_in import Excess, Part
from sleutelkast.usecases.denials import DENIED_AS
from sleutelkast.usecases.rescue_report import Rescue

GOLDEN = Path(__file__).parent / "golden" / "audit_reasons.json"
CODE, CODES, PROVIDER = "CODE", "CODES", "PROVIDER"
"""What stands in a form for one code, for several with blanks between them, and for the id of a provider."""
NO_ROLE = "-"

FREE = frozenset(
    {
        # What a person typed.
        Action.REVEAL,
        Action.REVEAL_REQUESTED,
        # Names and values: of an account, of the policy, of filters.
        Action.ACCOUNT_CONNECTED,
        Action.POLICY_CHANGED,
        Action.AUDIT_EXPORTED,
    }
)
"""Once these are done, any text may stand beside them."""

REFUSED_REVEALS = (
    *(errors.NotFound, errors.PersonalDevice, errors.ReasonRequired, errors.KeyOutOfPlace, errors.NoKey),
    *(errors.SignInAgain, errors.ApprovalRequired, errors.CredentialReset, errors.Unavailable),
)
REFUSED_DECISIONS = (errors.Forbidden, errors.NotFound, errors.OwnRequest, errors.AlreadyDecided)


@dataclass(frozen=True)
class Row:
    action: str
    outcome: str
    form: str
    codes: list[str]

    def holds(self, entry: AuditEntry) -> bool:
        if (self.action, self.outcome) != (entry.action, entry.outcome):
            return False
        written = re.escape(self.form).replace(PROVIDER, "[^ ]+").replace(CODES, "(?P<several>.+)")
        found = re.fullmatch(written.replace(CODE, "(?P<one>.+)"), entry.reason or "")
        return found is not None and self.codes_of(found.groupdict()) <= set(self.codes)

    @staticmethod
    def codes_of(found: dict[str, str]) -> set[str]:
        return {found["one"]} if "one" in found else set(found.get("several", "").split())


def every_row() -> list[Row]:
    """By what the portal's own enumerations have."""
    return sorted([*_denials(), *_deeds()], key=lambda row: (row.action, row.outcome, row.form))


def _denials() -> Iterator[Row]:
    for action in sorted(set(DENIED_AS.values())):
        yield _row(action, Outcome.DENIED, CODE, _refusals(action))
    for action in (Action.SIGN_IN, Action.SIGN_IN_AGAIN, Action.SIGN_OUT):
        yield _row(action, Outcome.DENIED, f"{PROVIDER}: {CODE}", Cause)
    not_taken = [*(str(errors.NotTaken(part)) for part in Part), *Excess]
    yield _row(Action.KEY_REPORTED, Outcome.DENIED, CODE, not_taken)


def _refusals(action: Action) -> set[str]:
    """For want of a right, and of what has to be there as well."""
    wanted = [right for right, named in DENIED_AS.items() if named is action]
    refusals = {errors.Forbidden}
    if any(isinstance(one, Permission) for one in wanted):
        refusals.add(errors.NotFound)
    more = {Action.REVEAL: REFUSED_REVEALS, Action.REVEAL_DECIDED: REFUSED_DECISIONS}
    return {one.code for one in (*refusals, *more.get(action, ()))}


def _deeds() -> Iterator[Row]:
    done = Outcome.DONE
    yield _row(Action.SIGN_IN_AGAIN, done, PROVIDER, ())
    yield _row(Action.SIGN_OUT, done, PROVIDER, ())
    yield _row(Action.ROTATION, done, CODE, ("policy",))
    yield _row(Action.REVEAL_DECIDED, done, CODE, ("approved", "refused"))
    yield _row(Action.PERSON_ADDED, done, CODES, Role)
    yield _row(Action.ROLES_CHANGED, done, CODES, (*Role, NO_ROLE))
    yield _row(Action.ROLES_CHANGED, done, f"{PROVIDER}: {CODES}", (*Role, NO_ROLE))
    yield _row(Action.DEVICE_ASSIGNED, done, CODE, Ownership)
    yield _row(Action.REPORT_RESCUED, done, CODE, Rescue)
    yield _row(Action.TOKEN_ADDED, done, CODES, Scope)


def _row(action: Action, outcome: Outcome, form: str, codes: Iterable[str]) -> Row:
    return Row(action.value, outcome.value, form, sorted(map(str, codes)))


@cache
def recorded() -> list[Row]:
    return [Row(**row) for row in json.loads(GOLDEN.read_text("utf-8"))]


def is_recorded(entry: AuditEntry) -> bool:
    """Whether the golden file has what stands beside this action."""
    is_free = not entry.reason or (entry.outcome is Outcome.DONE and entry.action in FREE)
    return is_free or any(row.holds(entry) for row in recorded())


def written(rows: Iterable[Row]) -> str:
    """The golden file's text."""
    return json.dumps([asdict(row) for row in rows], indent=1) + "\n"
