"""Problem details (RFC 9457): one table of codes with their status and their words.

`code` is stable API; `title` and `detail` are in the person's language. Nothing of a request is repeated but what
`params` names, and a recovery key is never among that.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from flask import Flask, Response, request
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.exceptions import HTTPException

from sleutelkast.usecases.errors import NoKeyToRotate, Refusal

_log = structlog.get_logger()
MEDIA_TYPE = "application/problem+json"
Params = Mapping[str, Any]
_MOST_TOLD_IN_SECONDS = 90


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem; `words` gives title and detail in the language of the request."""

    status: int
    words: Callable[[Params], tuple[str, str]]


class Problem(Exception):  # noqa: N818 - RFC 9457's word
    """Answer with this problem instead of what the route would have answered."""

    def __init__(self, code: str, params: Params | None = None, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.params = dict(params or {})
        self.headers = dict(headers or {})


def _bad_request(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the request could not be read (broken JSON, for instance).
        _("This request can’t be read"),
        # Translators: Explains the error "This request can’t be read".
        _("The portal could not make sense of what was sent. Load the page again and repeat what you did."),
    )


def _sign_in_required(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the person is not signed in, or the session ended.
        _("Sign in first"),
        # Translators: Explains the error "Sign in first".
        _("You are not signed in, or your session has ended. Sign in to go on."),
    )


def _token_required(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer for programs: the call had no API token, or one that does not hold.
        _("This needs an API token"),
        # Translators: Explains the error "This needs an API token". Keep "Authorization: Bearer" as it is.
        _("Send one that still holds in the header Authorization: Bearer, and nothing in the query."),
    )


def _token_forbidden(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer for programs: the API token holds, but was made for other calls.
        _("This API token is for something else"),
        # Translators: Explains the error "This API token is for something else". A scope is what a token may do.
        _("The token has not the scope that this call needs. Make one with that scope."),
    )


def _access_denied(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer for programs: a Mac may not access what is meant for work.
        _("This Mac has no access"),
        # Translators: Explains the error "This Mac has no access". Its owner sees in the portal what to do.
        _("It is not known, or its recovery key is not kept. Its owner reads in the portal what to do."),
    )


def _sign_in_failed(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: user name and password do not match.
        _("That did not sign you in"),
        # Translators: Explains the error "That did not sign you in"; it must not tell which of the two is wrong.
        _("This user name and password do not belong together. Check both and try again."),
    )


def _local_accounts_off(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the organization does not use passwords of the portal's own.
        _("Sign in with your work account"),
        # Translators: Explains the error "Sign in with your work account".
        _("Your organization has no passwords for this portal. Load the page again and use your work account."),
    )


def _sign_in_again(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: what was asked for is only done shortly after signing in.
        _("Sign in once more"),
        # Translators: Explains the error "Sign in once more".
        _("You signed in a while ago. Confirm that it is you, and then go on."),
    )


def _csrf_failed(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the request lacks the proof that it comes from the portal's own page.
        _("This page is out of date"),
        # Translators: Explains the error "This page is out of date".
        _("You may have signed in or out in another window. Load the page again and repeat what you did."),
    )


def _forbidden(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the person has no right to do this.
        _("You may not do this"),
        # Translators: Explains the error "You may not do this".
        _("Your account has no right to do this."),
    )


def _not_found(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: there is nothing at this address, or the person may not see it.
        _("There is nothing here"),
        # Translators: Explains the error "There is nothing here".
        _("What you look for does not exist, or is not yours to see."),
    )


def _method_not_allowed(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer for programs: this HTTP method is not offered at this address.
        _("This can’t be done here"),
        # Translators: Explains the error "This can’t be done here" to those who write programs.
        _("The address exists, but not for this HTTP method."),
    )


def _personal_device(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer to IT support: the recovery key of a Mac that somebody owns privately.
        _("This key is its owner’s alone"),
        # Translators: Explains the error "This key is its owner’s alone" to IT support.
        _("The key of a personal Mac is shown to nobody but its owner. You can help them to sign in instead."),
    )


def _reason_required(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer to IT support: they have to say why they need somebody else's key.
        _("A reason is needed"),
        # Translators: Explains the error "A reason is needed" to IT support.
        _("Say why you need to see this key. The reason is kept, and the owner is told."),
    )


def _approval_required(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer to IT support: a second person has to agree before a key is shown.
        _("A second person has to approve"),
        # Translators: Explains the error "A second person has to approve" to IT support.
        _("Ask for approval first. Once it is given, the key can be shown for a limited time."),
    )


def _own_request(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer to an administrator who approves or denies a request of their own.
        _("You asked for this yourself"),
        # Translators: Explains the error "You asked for this yourself".
        _("Another administrator has to decide on your request. Nothing was changed."),
    )


def _already_decided(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer to an administrator who approves or denies a request.
        _("This request is closed"),
        # Translators: Explains the error "This request is closed".
        _("Somebody approved or denied it before, or its time is over. Nothing was changed."),
    )


def _nobody_to_ask(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer to IT support: the Mac is assigned to no person.
        _("This Mac belongs to nobody"),
        # Translators: Explains the error "This Mac belongs to nobody" to IT support.
        _("There is nobody to ask. An administrator can assign it to a person."),
    )


def _credential_reset(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: somebody else reset the person's sign-in a short while ago.
        _("Your sign-in was reset a short while ago"),
        # Translators: Explains the error "Your sign-in was reset a short while ago".
        _(
            "So that nobody can get at your key by resetting your sign-in, keys of personal Macs are not shown for a"
            " while after that. Your key is safe. Ask support how long it takes."
        ),
    )


def _no_key(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the portal holds no recovery key for this device.
        _("No key is kept"),
        # Translators: Explains the error "No key is kept".
        _("The portal keeps no recovery key for this device that you may see."),
    )


def _no_key_to_rotate(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the portal holds no recovery key that could be replaced by a new one.
        _("No key is kept yet"),
        # Translators: Explains the error "No key is kept yet", to somebody who asked for a new key.
        _("The Mac makes a new key only in exchange for its present one. Store that one first."),
    )


def _length_required(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer for programs: the header Content-Length is missing.
        _("The length is missing"),
        # Translators: Explains the error "The length is missing" to those who write programs.
        _("Send the header Content-Length with the body."),
    )


def _too_slow(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: what was sent did not arrive whole in time.
        _("That took too long to arrive"),
        # Translators: Explains the error "That took too long to arrive".
        _("The connection is very slow at the moment. Nothing was kept. Try again, or from another place."),
    )


def _too_large(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: more was sent than the portal takes.
        _("That is too much"),
        # Translators: Explains the error "That is too much".
        _("More was sent than the portal takes. Nothing was kept."),
    )


def _unsupported_media_type(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer for programs: the body is of another kind than is expected here.
        _("This form is not understood"),
        # Translators: Explains the error "This form is not understood" to those who write programs.
        _(
            "Send the body as JSON, with the content type application/json; Crypt clients send a form, with the content"
            " type application/x-www-form-urlencoded."
        ),
    )


def _invalid(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: a field is missing, unknown, or holds something that does not fit.
        _("Something does not fit"),
        # Translators: Explains the error "Something does not fit".
        _("A field is missing, unknown, or holds something that does not fit. Nothing was changed."),
    )


def _key_malformed(params: Params) -> tuple[str, str]:
    # Translators: Title of an error answer: what was typed has not the form of a recovery key.
    title = _("This is not a whole recovery key")
    character = params.get("character")
    if character is not None:
        # Translators: Explains the error. {character} is one sign that the person typed and that can't be there.
        words = _(
            "“{character}” does not belong in a recovery key: it has only the letters A to Z and the digits 0 to 9."
        )
        return title, _filled(words, character=_visible(character))
    # Translators: Explains the error. {count} is how many characters were typed, {expected} is 24.
    words = ngettext(
        "A recovery key has {expected} characters; this has {count}.",
        "A recovery key has {expected} characters; this has {count}.",
        int(params["length"]),
    )
    return title, _filled(words, expected=str(params["expected"]), count=str(params["length"]))


def _filled(words: str, **values: str) -> str:
    """The text with its placeholders filled in one pass, so that no value is taken for a placeholder."""
    return re.sub(r"\{([a-z]+)\}", lambda found: values.get(found[1], found[0]), words)


def _visible(character: str) -> str:
    return character if character.isprintable() else f"U+{ord(character):04X}"


def _keys_differ(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the recovery key and its confirmation are not the same.
        _("The two keys are not the same"),
        # Translators: Explains the error "The two keys are not the same".
        _("Check both and try again. Nothing was sent to your Mac yet."),
    )


def _key_out_of_place(_params: Params) -> tuple[str, str]:
    # Translators: Title of an error answer: a recovery key was typed where no secret belongs, as in a name.
    title = _("A recovery key does not belong here")
    # Translators: Name of the page on which a recovery key is stored. Fixed name.
    store = _("Store recovery key")
    # Translators: Explains the error "A recovery key does not belong here". {store} is the name of a page.
    words = _(
        "This would be kept and shown as it is, and it looks like a recovery key. So it was not kept."
        " A key belongs under “{store}”."
    )
    return title, _filled(words, store=store)


def _password_refused(params: Params) -> tuple[str, str]:
    # Translators: Title of an error answer: a new password that a person chose is not taken.
    title = _("Choose another password")
    reason = params.get("reason")
    if reason == "too-short":
        # Translators: Explains the error "Choose another password". {least} is a number of characters.
        words = ngettext(
            "A password has at least {least} character. Several words with blanks between them are fine.",
            "A password has at least {least} characters. Several words with blanks between them are fine.",
            int(params["least"]),
        )
        return title, _filled(words, least=str(params["least"]))
    if reason == "too-long":
        # Translators: Explains the error "Choose another password".
        return title, _("This one is longer than the portal can keep. Leave something out.")
    if reason == "control-character":
        # Translators: Explains the error "Choose another password": there is a tab or a line break in it, for instance.
        return title, _("There is a sign in this one that can’t be typed everywhere, such as a tab or a line break.")
    if reason == "about-you":
        # Translators: Explains the error "Choose another password".
        return title, _(
            "This one is little more than your name, your user name or that of your organization."
            " Whoever guesses tries those first."
        )
    # Translators: Explains the error "Choose another password": it is a common one, or made of well-known parts.
    return title, _("This one is easy to guess: many people choose it, or one like it. Several words are harder.")


def _link_over(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the link with which a person sets their password does not work.
        _("This link no longer works"),
        # Translators: Explains the error "This link no longer works".
        _("It works once, for a limited time, and a newer link takes its place. Ask support for another one."),
    )


def _no_local_password(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the person's account has no password that could be changed here.
        _("Your account has no password here"),
        # Translators: Explains the error "Your account has no password here".
        _("You sign in another way. There is nothing to change."),
    )


def _passkeys_off(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: passkeys can't be used at the address of this portal.
        _("Passkeys don’t work at this address"),
        # Translators: Explains the error "Passkeys don’t work at this address".
        _("They are bound to the name of a web address, and this portal is reached by a number. Sign in another way."),
    )


def _passkey_refused(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: what the person's device sent can't be kept as a passkey.
        _("This passkey can’t be used here"),
        # Translators: Explains the error "This passkey can’t be used here".
        _("What your device sent does not fit this portal. Nothing was changed. Try again, or use another device."),
    )


def _passkey_too_late(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: a passkey was used too long after the page had asked for it.
        _("That took too long"),
        # Translators: Explains the error "That took too long".
        _("For your safety a passkey has to be used within a few minutes. Nothing was changed. Try again."),
    )


def _too_many_passkeys(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the person has as many passkeys as one can have.
        _("You have as many passkeys as there can be"),
        # Translators: Explains the error "You have as many passkeys as there can be".
        _("Remove one that you no longer use, and then add the new one."),
    )


def _no_passkey(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer.
        _("You have no passkey here yet"),
        # Translators: Explains the error "You have no passkey here yet".
        _("Sign in another way. You can add a passkey on the page of your account."),
    )


def _last_way(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the person wants to remove the only passkey with which they sign in.
        _("This is your only way to sign in"),
        # Translators: Explains the error "This is your only way to sign in".
        _("Without it you could not get at your keys any more. Add another passkey first."),
    )


def _too_many_attempts(params: Params) -> tuple[str, str]:
    # Translators: Title of an error answer: the same thing was tried too often in a short time.
    title, seconds = _("Too many attempts"), params.get("seconds")
    if seconds is None:
        # Translators: Explains the error "Too many attempts".
        return title, _("Wait a while, then try again. Nothing is lost.")
    if seconds <= _MOST_TOLD_IN_SECONDS:
        # Translators: Explains the error "Too many attempts".
        words = ngettext(
            "Wait {count} second, then try again. Nothing is lost.",
            "Wait {count} seconds, then try again. Nothing is lost.",
            seconds,
        )
        return title, _filled(words, count=str(seconds))
    minutes = math.ceil(seconds / 60)
    # Translators: Explains the error "Too many attempts".
    words = ngettext(
        "Wait {count} minute, then try again. Nothing is lost.",
        "Wait {count} minutes, then try again. Nothing is lost.",
        minutes,
    )
    return title, _filled(words, count=str(minutes))


def _internal(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: something in the portal broke.
        _("Something went wrong here"),
        # Translators: Explains the error "Something went wrong here".
        _("The portal made a mistake, not you. What it kept before is unchanged. Try again in a while."),
    )


def _unavailable(_params: Params) -> tuple[str, str]:
    return (
        # Translators: Title of an error answer: the portal can't work at the moment (its database is down, say).
        _("The portal is not available"),
        # Translators: Explains the error "The portal is not available".
        _("It can’t do its work at the moment. What it kept before is unchanged. Try again in a while."),
    )


KINDS: Mapping[str, Kind] = {
    "bad-request": Kind(400, _bad_request),
    "sign-in-required": Kind(401, _sign_in_required),
    "sign-in-failed": Kind(401, _sign_in_failed),
    "token-required": Kind(401, _token_required),
    "csrf-failed": Kind(403, _csrf_failed),
    "forbidden": Kind(403, _forbidden),
    "local-accounts-off": Kind(403, _local_accounts_off),
    "token-forbidden": Kind(403, _token_forbidden),
    "access-denied": Kind(403, _access_denied),
    "sign-in-again": Kind(403, _sign_in_again),
    "personal-device": Kind(403, _personal_device),
    "reason-required": Kind(403, _reason_required),
    "approval-required": Kind(403, _approval_required),
    "credential-reset": Kind(403, _credential_reset),
    "own-request": Kind(403, _own_request),
    "already-decided": Kind(409, _already_decided),
    "nobody-to-ask": Kind(409, _nobody_to_ask),
    "no-local-password": Kind(409, _no_local_password),
    "passkeys-off": Kind(409, _passkeys_off),
    "passkey-too-late": Kind(409, _passkey_too_late),
    "too-many-passkeys": Kind(409, _too_many_passkeys),
    "no-passkey": Kind(409, _no_passkey),
    "last-way": Kind(409, _last_way),
    "link-over": Kind(410, _link_over),
    "not-found": Kind(404, _not_found),
    "no-key": Kind(404, _no_key),
    "method-not-allowed": Kind(405, _method_not_allowed),
    "too-slow": Kind(408, _too_slow),
    "length-required": Kind(411, _length_required),
    "too-large": Kind(413, _too_large),
    "unsupported-media-type": Kind(415, _unsupported_media_type),
    "invalid": Kind(422, _invalid),
    "key-malformed": Kind(422, _key_malformed),
    "keys-differ": Kind(422, _keys_differ),
    "key-out-of-place": Kind(422, _key_out_of_place),
    "passkey-refused": Kind(422, _passkey_refused),
    "password-refused": Kind(422, _password_refused),
    "too-many-attempts": Kind(429, _too_many_attempts),
    "internal": Kind(500, _internal),
    "unavailable": Kind(503, _unavailable),
}
_BY_STATUS = {
    400: "bad-request",
    401: "sign-in-required",
    403: "forbidden",
    404: "not-found",
    405: "method-not-allowed",
    408: "too-slow",
    411: "length-required",
    413: "too-large",
    415: "unsupported-media-type",
    429: "too-many-attempts",
    500: "internal",
    503: "unavailable",
}


_NO_KEY_TO_ROTATE = Kind(409, _no_key_to_rotate)
"""The same code as where a key is asked for, which is not found."""


def problem_response(
    code: str, params: Params | None = None, headers: Mapping[str, str] | None = None, kind: Kind | None = None
) -> Response:
    """The answer for a problem, in the language of the request; of this `kind` where the code has more than one."""
    kind, told = kind or KINDS[code], dict(params or {})
    title, detail = kind.words(told)
    body = {
        "type": f"urn:sleutelkast:problem:{code}",
        "title": title,
        "status": kind.status,
        "detail": detail,
        "code": code,
        "params": told,
    }
    response = Response(json.dumps(body), kind.status, mimetype=MEDIA_TYPE)
    response.headers.extend(dict(headers or {}))
    return response


def answer_with_problems(app: Flask, note_denial: Callable[[Refusal], None]) -> None:
    """Turn everything that can go wrong in a request into a problem; a denial is written down before it is told."""

    @app.errorhandler(Problem)
    def a_problem(problem: Problem) -> Response:
        return problem_response(problem.code, problem.params, problem.headers)

    @app.errorhandler(Refusal)
    def a_refusal(refusal: Refusal) -> Response:
        note_denial(refusal)
        return problem_response(refusal.code, refusal.params)

    @app.errorhandler(NoKeyToRotate)
    def no_key_to_rotate(refusal: NoKeyToRotate) -> Response:
        return problem_response(refusal.code, kind=_NO_KEY_TO_ROTATE)

    @app.errorhandler(HTTPException)
    def an_http_error(error: HTTPException) -> Response:
        kept = {name: value for name, value in error.get_headers() if name in {"Allow", "Retry-After"}}
        return problem_response(_BY_STATUS.get(error.code or 500, "bad-request"), headers=kept)

    @app.errorhandler(Exception)
    def a_mistake_of_ours(error: Exception) -> Response:
        log_mistake(error)
        return problem_response("internal")


def log_mistake(error: BaseException) -> None:
    # The type alone: an error's text and its locals may hold what somebody typed.
    _log.error("request.failed", error=type(error).__name__, endpoint=request.endpoint, at=_place(error))


def _place(error: BaseException) -> str:
    """File and line in which the error came up, without any value."""
    trace = error.__traceback__
    while trace is not None and trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_code.co_filename}:{trace.tb_lineno}" if trace is not None else "unknown"
