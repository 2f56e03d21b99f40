"""Signing in and out, signing in again, and the choice of a language."""

from __future__ import annotations

from flask import Blueprint, current_app, g, url_for

from sleutelkast.domain.secret import SecretBytes
from sleutelkast.http import models
from sleutelkast.http.guard import (
    Caller,
    begin_session,
    csrf_token,
    end_session,
    for_caller,
    go_on_in,
    the_visit,
    the_world,
)
from sleutelkast.http.languages import Languages
from sleutelkast.http.limits import (
    SIGN_IN_FAILURES,
    SIGN_IN_FAILURES_IN_ALL,
    SIGN_IN_FAILURES_OF_ADDRESS,
    all_together,
    by_address,
    by_session,
    by_username,
    failed,
    failed_seldom,
    in_a_strange_browser,
    limited,
)
from sleutelkast.http.openapi import api
from sleutelkast.http.problems import Problem
from sleutelkast.http.turns import waits
from sleutelkast.usecases.sign_in import choose_locale, confirm, sign_in, sign_out
from sleutelkast.usecases.sign_in_oidc import way_out, ways_to_confirm

routes = Blueprint("session", __name__, url_prefix="/api/v1/session")


@routes.get("")
@for_caller(Caller.ANYONE)
@api(answers={200: models.SessionOut})
def get_session() -> models.SessionOut:
    """Who is signed in, the CSRF token, the ways to sign in, and whom to ask for help."""
    return session_out()


@routes.post("")
@for_caller(Caller.ANYONE)
@limited(SIGN_IN_FAILURES, by=by_username, counted=failed)
@limited(SIGN_IN_FAILURES_OF_ADDRESS, by=by_address, counted=failed, applies=in_a_strange_browser)
@limited(SIGN_IN_FAILURES_IN_ALL, by=all_together, counted=failed, applies=in_a_strange_browser, spares=failed_seldom)
@waits
@api(answers={200: models.SessionOut}, problems=(401, 403, 429), json=models.SignIn)
def post_session(json: models.SignIn) -> models.SessionOut:
    """Sign in with a local account; a session that this browser had before ends."""
    before = g.get("session")
    password = SecretBytes(json.password.get_secret_value().encode())
    person, begun = sign_in(the_world(), json.username, password, the_visit())
    if before is not None:
        sign_out(the_world(), before)
    begin_session(begun, person)
    return session_out()


@routes.patch("")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.SessionOut}, json=models.LocaleChoice)
def patch_session(json: models.LocaleChoice) -> models.SessionOut:
    """Keep the language that the person chose, or forget it (null)."""
    languages: Languages = current_app.extensions["sleutelkast_languages"]
    if json.locale is not None and json.locale not in languages.tags:
        raise Problem("invalid", {"fields": {"locale": "unknown"}})
    g.person = choose_locale(the_world(), g.person, json.locale)
    return session_out()


@routes.post("/confirmation")
@for_caller(Caller.SIGNED_IN)
@limited(SIGN_IN_FAILURES, by=by_session, counted=failed)
@waits
@api(answers={200: models.SessionOut}, problems=(401, 403, 429), json=models.Confirmation)
def post_confirmation(json: models.Confirmation) -> models.SessionOut:
    """Sign in again, for what needs a fresh sign-in. The session goes on with another cookie."""
    password = SecretBytes(json.password.get_secret_value().encode())
    go_on_in(confirm(the_world(), g.person, g.session, password))
    return session_out()


@routes.delete("")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.SignedOut, 204: None}, query=models.SignOut)
def delete_session(query: models.SignOut) -> models.SignedOut | tuple[str, int]:
    """Sign out here, or everywhere (`?everywhere=1`). 200 where a session at a provider has to be ended as well."""
    ended = g.session
    sign_out(the_world(), ended, everywhere=query.everywhere == "1")
    end_session()
    url = way_out(the_world(), ended)
    return ("", 204) if url is None else models.SignedOut(url=url)


def session_out() -> models.SessionOut:
    """What a page has to know of whoever asks."""
    return models.SessionOut(
        person=_person(),
        csrf=csrf_token(),
        sign_in=_ways(),
        password_length=the_world().policy.passwords.length,
        support=current_app.extensions["sleutelkast_support"],
        organization=current_app.extensions["sleutelkast_organization"],
    )


def _ways() -> models.SignInWays:
    world = the_world()
    providers = [
        models.OidcProvider(id=one.id, name=one.name, url=url_for("oidc.get_way_there", provider_id=one.id))
        for one in world.providers.values()
    ]
    return models.SignInWays(
        password=world.policy.local_accounts,
        passkey=world.policy.local_accounts and world.ceremonies is not None,
        oidc=providers,
    )


def _person() -> models.PersonOut | None:
    person = g.get("person")
    if person is None:
        return None
    return models.PersonOut(
        id=person.id,
        username=person.username,
        name=person.name,
        locale=person.locale,
        roles=sorted(role.value for role in person.roles),
        ways=list(ways_to_confirm(the_world(), person)),
    )
