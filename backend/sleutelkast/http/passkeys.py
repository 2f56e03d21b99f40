"""Passkeys: registering, naming and removing one's own, and signing in with one."""

from __future__ import annotations

import base64
from typing import Any

from flask import Blueprint, g, session

from sleutelkast.domain.passkey import CEREMONY_LIFE, Ceremony, Passkey
from sleutelkast.http import models
from sleutelkast.http.guard import Caller, begin_session, for_caller, go_on_in, the_visit, the_world
from sleutelkast.http.limits import (
    CREDENTIAL_CHANGES,
    SIGN_IN_FAILURES,
    SIGN_IN_FAILURES_OF_ADDRESS,
    by_browser,
    by_session,
    changes_of_person,
    failed,
    limited,
)
from sleutelkast.http.openapi import api
from sleutelkast.http.session import session_out
from sleutelkast.usecases import passkeys
from sleutelkast.usecases.errors import PasskeyTooLate
from sleutelkast.usecases.passkeys import Begun
from sleutelkast.usecases.passwords import require_local_accounts
from sleutelkast.usecases.sign_in import sign_out

routes = Blueprint("passkeys", __name__, url_prefix="/api/v1")

_CHALLENGES = "passkeys"


# Signing in


@routes.post("/session/passkey/options")
@for_caller(Caller.ANYONE)
@api(answers={200: models.PasskeyOptionsOut}, problems=(409,))
def post_sign_in_options() -> models.PasskeyOptionsOut:
    """What `navigator.credentials.get` needs; the same for everybody, since nobody said who they are."""
    return _begun(Ceremony.SIGN_IN, passkeys.begin_sign_in(the_world()))


@routes.post("/session/passkey")
@for_caller(Caller.ANYONE)
@limited(SIGN_IN_FAILURES_OF_ADDRESS, by=by_browser, counted=failed)
@api(answers={200: models.SessionOut}, problems=(401, 403, 409, 429), json=models.PasskeyAnswer)
def post_sign_in(json: models.PasskeyAnswer) -> models.SessionOut:
    """Sign in with a passkey; a session that this browser had before ends."""
    require_local_accounts(the_world())
    before = g.get("session")
    challenge = _challenge(Ceremony.SIGN_IN)
    person, begun = passkeys.sign_in_with_passkey(the_world(), challenge, json.credential, the_visit())
    if before is not None:
        sign_out(the_world(), before)
    begin_session(begun, person)
    return session_out()


@routes.post("/session/confirmation/passkey/options")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.PasskeyOptionsOut}, problems=(409,))
def post_confirmation_options() -> models.PasskeyOptionsOut:
    """As for signing in, with one's own passkeys alone."""
    return _begun(Ceremony.CONFIRM, passkeys.begin_confirmation(the_world(), g.person))


@routes.post("/session/confirmation/passkey")
@for_caller(Caller.SIGNED_IN)
@limited(SIGN_IN_FAILURES, by=by_session, counted=failed)
@api(answers={200: models.SessionOut}, problems=(401, 409, 429), json=models.PasskeyAnswer)
def post_confirmation(json: models.PasskeyAnswer) -> models.SessionOut:
    """Sign in again with a passkey, for what needs a fresh sign-in. The session goes on with another cookie."""
    challenge = _challenge(Ceremony.CONFIRM)
    go_on_in(passkeys.confirm_with_passkey(the_world(), g.person, g.session, challenge, json.credential))
    return session_out()


# One's own


@routes.get("/passkeys")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.PasskeysOut})
def get_passkeys() -> models.PasskeysOut:
    """One's passkeys, oldest first."""
    return models.PasskeysOut(items=[_told(one) for one in passkeys.passkeys(the_world(), g.person)], next=None)


@routes.post("/passkeys/options")
@for_caller(Caller.SIGNED_IN)
@limited(CREDENTIAL_CHANGES, by=changes_of_person)
@api(answers={200: models.PasskeyOptionsOut}, problems=(403, 409, 429))
def post_registration_options() -> models.PasskeyOptionsOut:
    """What `navigator.credentials.create` needs; after a fresh sign-in."""
    return _begun(Ceremony.REGISTER, passkeys.begin_registration(the_world(), g.person, g.session))


@routes.post("/passkeys")
@for_caller(Caller.SIGNED_IN)
@limited(CREDENTIAL_CHANGES, by=changes_of_person)
@api(answers={201: models.PasskeyOut}, problems=(409, 429), json=models.NewPasskey)
def post_passkey(json: models.NewPasskey) -> tuple[models.PasskeyOut, int]:
    """Keep a new passkey of one's own."""
    challenge = _challenge(Ceremony.REGISTER)
    kept = passkeys.register(the_world(), g.person, g.session, challenge, json.credential, json.name)
    return _told(kept), 201


@routes.patch("/passkeys/<passkey_id>")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.PasskeyOut}, json=models.PasskeyName)
def patch_passkey(passkey_id: str, json: models.PasskeyName) -> models.PasskeyOut:
    """Give a passkey another name."""
    return _told(passkeys.rename(the_world(), g.person, passkey_id, json.name))


@routes.delete("/passkeys/<passkey_id>")
@for_caller(Caller.SIGNED_IN)
@api(answers={204: None}, problems=(403, 409))
def delete_passkey(passkey_id: str) -> tuple[str, int]:
    """Forget a passkey, which ends all other sessions; after a fresh sign-in, and never the last way to sign in."""
    go_on_in(passkeys.remove(the_world(), g.person, g.session, passkey_id))
    return "", 204


def _told(passkey: Passkey) -> models.PasskeyOut:
    return models.PasskeyOut(
        id=passkey.id, name=passkey.name, created_at=passkey.created_at, last_used_at=passkey.last_used_at
    )


# The challenge stands in the signed cookie: so it is this browser's, for one ceremony, in one session, and for a while.
# That it was used is written down where it was, since a cookie can be sent again.


def _begun(ceremony: Ceremony, begun: Begun) -> models.PasskeyOptionsOut:
    until = the_world().clock.now() + CEREMONY_LIFE
    written = [base64.b64encode(begun.challenge).decode(), until.timestamp(), _session_id()]
    session[_CHALLENGES] = {**session.get(_CHALLENGES, {}), ceremony.value: written}
    return models.PasskeyOptionsOut(options=dict(begun.options))


def _challenge(ceremony: Ceremony) -> bytes:
    waiting: dict[str, list[Any]] = dict(session.get(_CHALLENGES, {}))
    challenge, until, session_id = waiting.pop(ceremony.value, ["", 0.0, None])
    session[_CHALLENGES] = waiting
    is_over = the_world().clock.now().timestamp() >= until
    # Who signs in has no session yet, or one that is about to end.
    is_anothers = ceremony is not Ceremony.SIGN_IN and session_id != _session_id()
    if is_over or is_anothers:
        raise PasskeyTooLate
    return base64.b64decode(challenge)


def _session_id() -> str | None:
    known = g.get("session")
    return None if known is None else str(known.id)
