"""What a use case can't do for somebody. `code` is the stable problem code of the API."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar, Self

from sleutelkast.domain.access import Permission, Right
from sleutelkast.domain.password import Flaw


@dataclass(frozen=True, slots=True)
class Denial:
    """Who was denied what, for the audit log; `device_id` is None for what is about no device that is known."""

    actor_id: str
    wanted: Permission | Right
    device_id: str | None = None


class Refusal(Exception):  # noqa: N818 - it reads as what it is
    """The base of all: `params` go into the answer beside the code, and never hold a secret."""

    code: ClassVar[str]
    denial: Denial | None = None
    """There where a right is missing and nobody has written that down yet: whoever answers the person does."""

    def of(self, denial: Denial) -> Self:
        """This refusal, with what was denied."""
        self.denial = denial
        return self

    def written_down(self) -> Self:
        """This refusal, of which the audit log tells already."""
        self.denial = None
        return self

    @property
    def params(self) -> dict[str, object]:
        return {}


class NotFound(Refusal):
    """There is no such thing, or the person may not know that there is."""

    code = "not-found"


class Forbidden(Refusal):
    code = "forbidden"


class KeyMalformed(Refusal):
    code = "key-malformed"

    def __init__(self, length: int, expected: int, character: str | None) -> None:
        super().__init__("not the form of a recovery key")
        self._params: dict[str, object] = {"length": length, "expected": expected, "character": character}

    @property
    def params(self) -> dict[str, object]:
        return self._params


class KeysDiffer(Refusal):
    code = "keys-differ"


class KeyOutOfPlace(Refusal):
    """A text that is kept and shown as it is holds something of the form of a recovery key."""

    code = "key-out-of-place"


class NoKey(Refusal):
    code = "no-key"


class NoKeyToRotate(NoKey):
    """No key is kept that the Mac could be given for a new one."""


class Unavailable(Refusal):
    """The portal holds it and can't open it at the moment: its key ring or its database is damaged."""

    code = "unavailable"


class NotTaken(Refusal):
    """A report that can't be kept as a key; `field` says what of it."""

    code = "invalid"

    def __init__(self, field: str) -> None:
        super().__init__(f"malformed {field}")
        self._field = field

    @property
    def params(self) -> dict[str, object]:
        return {"fields": {self._field: "malformed"}}


class TooMany(Refusal):
    """More than is taken in a time; the text says of what."""

    code = "too-many-attempts"


class AlreadyUsed(Refusal):
    """An Idempotency-Key that stands for another key already."""

    code = "invalid"

    @property
    def params(self) -> dict[str, object]:
        return {"fields": {"Idempotency-Key": "used"}}


class PersonalDevice(Refusal):
    """The key of a personal Mac is its owner's alone."""

    code = "personal-device"


class ReasonRequired(Refusal):
    """Somebody else's key is shown for a reason only, and the reason is kept."""

    code = "reason-required"


class ApprovalRequired(Refusal):
    """A second person has to approve first, or approved too long ago."""

    code = "approval-required"


class OwnRequest(Refusal):
    """Nobody decides on what they asked for themselves."""

    code = "own-request"


class AlreadyDecided(Refusal):
    """Somebody approved or denied the request before, or its time is over."""

    code = "already-decided"


class CredentialReset(Refusal):
    """Somebody else reset this account's sign-in a short while ago: it shows no key of a personal Mac until `until`."""

    code = "credential-reset"

    def __init__(self, until: datetime) -> None:
        super().__init__("the sign-in was reset by somebody else")
        self._until = until

    @property
    def params(self) -> dict[str, object]:
        return {"until": self._until.isoformat(timespec="seconds").replace("+00:00", "Z")}


class NobodyToAsk(Refusal):
    """The Mac belongs to nobody."""

    code = "nobody-to-ask"


class Unknown(Refusal):
    """A filter names a person or a device that there is not."""

    code = "invalid"

    def __init__(self, field: str) -> None:
        super().__init__(field)
        self._field = field

    @property
    def params(self) -> dict[str, object]:
        return {"fields": {self._field: "unknown"}}


class SignInAgain(Refusal):
    code = "sign-in-again"


class LocalAccountsOff(Refusal):
    """The organization has people sign in with their work accounts only."""

    code = "local-accounts-off"


class SignInFailed(Refusal):
    code = "sign-in-failed"


class SignInRequired(Refusal):
    """The session has ended meanwhile."""

    code = "sign-in-required"


class PasswordRefused(Refusal):
    """A new password that is not taken: its `flaw`, and how many characters one has at `least`."""

    code = "password-refused"

    def __init__(self, flaw: Flaw, least: int) -> None:
        super().__init__(flaw)
        self.flaw = flaw
        self.least = least

    @property
    def params(self) -> dict[str, object]:
        return {"reason": self.flaw.value, "least": self.least}


class LinkOver(Refusal):
    """No link that sets a password: used, too old, replaced by a newer one, of a disabled account, or never one."""

    code = "link-over"


class NoLocalPassword(Refusal):
    """The account has no password that could be changed: its person signs in otherwise."""

    code = "no-local-password"


class PasskeysOff(Refusal):
    """The portal's address is no name that a passkey could be bound to."""

    code = "passkeys-off"


class PasskeyRefused(Refusal):
    """What a browser sent is no passkey for this portal, or is somebody's already."""

    code = "passkey-refused"


class PasskeyTooLate(Refusal):
    """The browser was not asked for this, or too long ago."""

    code = "passkey-too-late"


class TooManyPasskeys(Refusal):
    code = "too-many-passkeys"


class NoPasskey(Refusal):
    """The person has none to sign in again with."""

    code = "no-passkey"


class LastWay(Refusal):
    """Without this one its person could not sign in any more."""

    code = "last-way"
