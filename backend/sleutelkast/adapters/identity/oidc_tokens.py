"""Reads the tokens of an OpenID provider; nothing of one is believed before its signature proves to be the provider's.

Authlib and joserfc check; here stands what they have to insist on, and which cause each complaint has.
"""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from authlib.oidc.core import CodeIDToken
from joserfc import errors, jwt
from joserfc.jwk import JWKRegistry
from joserfc.jws import JWSRegistry

from sleutelkast.domain.work_account import CLOCK_SKEW, Cause
from sleutelkast.usecases.ports import Farewell, NotAccepted

SIGNED_WITH: Final = frozenset(
    {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
)
"""Asymmetric ones alone: with HS256 everybody who knows the public key could sign, and `none` is no signature."""
_KEY_TYPES: Final = {"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}
_LONGEST_TOKEN: Final = 64 * 1024
_MOST_KEYS: Final = 50
_LEAST_RSA_BITS: Final = 2048
_LOGOUT_EVENT: Final = "http://schemas.openid.net/event/backchannel-logout"
_LOGOUT_TYPES: Final = frozenset({None, "logout+jwt", "application/logout+jwt", "jwt"})
_LOGOUT_LIFE: Final = timedelta(minutes=5)
_LONGEST_SUBJECT: Final = 255

# joserfc warns of algorithms by name; which are taken is settled above.
_REGISTRY: Final = JWSRegistry(algorithms=sorted(SIGNED_WITH), strict_check_header=False)


@dataclass(frozen=True, slots=True)
class Claimed:
    """Header and claims of a token whose signature holds."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]


class UnknownKey(Exception):  # noqa: N818 - reads as what happened
    """The token names a key that is not among these: the provider may have a new one."""


def provider_keys(documents: object) -> Sequence[Any]:
    """The public keys of a key set that can sign; any other entry is passed over, as providers publish all kinds."""
    entries = documents if isinstance(documents, list) else []
    return [key for entry in entries[:_MOST_KEYS] if (key := _signing_key(entry)) is not None]


def _signing_key(entry: object) -> Any:
    if not isinstance(entry, dict) or entry.get("kty") not in _KEY_TYPES.values() or entry.get("use", "sig") != "sig":
        return None
    # A provider that publishes a private key has lost it, but its public half is what is asked for here.
    try:
        key = JWKRegistry.import_key(entry)
        weak = entry["kty"] == "RSA" and getattr(key.public_key, "key_size", 0) < _LEAST_RSA_BITS
    except Exception:  # whatever a malformed key makes the libraries raise
        return None
    return None if weak else key


def header_of(token: str) -> Mapping[str, Any]:
    """The header as it is told, believed by nobody."""
    if len(token) > _LONGEST_TOKEN or token.count(".") != 2 or not token.isascii():
        raise NotAccepted(Cause.MALFORMED)
    part = token.split(".", 1)[0]
    try:
        header = json.loads(urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        raise NotAccepted(Cause.MALFORMED) from None
    if not isinstance(header, dict):
        raise NotAccepted(Cause.MALFORMED)
    return header


def signed(token: str, keys: Sequence[Any], algorithms: frozenset[str]) -> Claimed:
    """The token's claims, where one of these keys signed it; raise `UnknownKey` where it names none of them."""
    header = header_of(token)
    algorithm, kid = header.get("alg"), header.get("kid")
    if not isinstance(algorithm, str) or algorithm not in algorithms & SIGNED_WITH:
        raise NotAccepted(Cause.WRONG_ALGORITHM)
    fitting = [key for key in keys if _fits(key, algorithm) and (kid is None or key.kid == kid)]
    if not fitting:
        raise UnknownKey
    for key in fitting:
        try:
            read = jwt.decode(token, key, registry=_REGISTRY)
        except (errors.JoseError, ValueError, TypeError):
            continue
        return Claimed(read.header, read.claims)
    raise NotAccepted(Cause.WRONG_SIGNATURE)


def _fits(key: Any, algorithm: str) -> bool:
    return key.key_type == _KEY_TYPES[algorithm[:2]] and key.alg in (None, algorithm)


def read_id_token(
    token: Claimed, issuer: str, client_id: str, nonce: str, access_token: str | None, now: datetime
) -> Mapping[str, Any]:
    """The claims of an ID token that is meant for us, now, and as the answer to this very sign-in."""
    _check_issuer_and_audience(token.claims, issuer, client_id)
    options: Any = {
        "iss": {"essential": True, "value": issuer},
        "sub": {"essential": True},
        "aud": {"essential": True, "value": client_id},
        "exp": {"essential": True},
        "iat": {"essential": True},
    }
    expected = {"client_id": client_id, "nonce": nonce, "access_token": access_token}
    claims = CodeIDToken(dict(token.claims), dict(token.header), options, expected)
    try:
        claims.validate(now=int(now.timestamp()), leeway=int(CLOCK_SKEW.total_seconds()))
    except errors.ExpiredTokenError:
        raise NotAccepted(Cause.EXPIRED_TOKEN) from None
    except errors.ClaimError as error:
        raise NotAccepted(_CAUSES.get(error.claim, Cause.MALFORMED)) from None
    except (errors.JoseError, ValueError, TypeError, OverflowError):
        raise NotAccepted(Cause.MALFORMED) from None
    subject_of(claims)
    return dict(claims)


_CAUSES: Final = {
    "iss": Cause.WRONG_ISSUER,
    "aud": Cause.WRONG_AUDIENCE,
    "azp": Cause.WRONG_AUDIENCE,
    "nonce": Cause.WRONG_NONCE,
    "at_hash": Cause.WRONG_TOKEN_HASH,
}


def _check_issuer_and_audience(claims: Mapping[str, Any], issuer: str, client_id: str) -> None:
    """Apart from the rest, so that what is about somebody else is told as that."""
    if claims.get("iss") != issuer:
        raise NotAccepted(Cause.WRONG_ISSUER)
    told = claims.get("aud")
    if client_id not in (told if isinstance(told, list) else [told]):
        raise NotAccepted(Cause.WRONG_AUDIENCE)


def subject_of(claims: Mapping[str, Any]) -> str:
    """`sub`, as it can be kept and compared letter for letter."""
    subject = claims.get("sub")
    if not isinstance(subject, str) or not 0 < len(subject) <= _LONGEST_SUBJECT or not subject.isprintable():
        raise NotAccepted(Cause.MALFORMED)
    return subject


def session_of(claims: Mapping[str, Any]) -> str | None:
    """`sid`, where there is one that can be kept."""
    told = claims.get("sid")
    is_fit = isinstance(told, str) and 0 < len(told) <= _LONGEST_SUBJECT and told.isprintable()
    return told if is_fit else None


def moment(value: object) -> datetime | None:
    """A NumericDate; None for what is none."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def read_logout_token(token: Claimed, issuer: str, client_id: str, now: datetime) -> Farewell:
    """A logout token, and nothing that merely looks like one: an ID token must end no session."""
    claims = token.claims
    kind = token.header.get("typ")
    if (kind.lower() if isinstance(kind, str) else kind) not in _LOGOUT_TYPES:
        raise NotAccepted(Cause.NOT_LOGOUT)
    _check_issuer_and_audience(claims, issuer, client_id)
    events = claims.get("events")
    if not isinstance(events, dict) or not isinstance(events.get(_LOGOUT_EVENT), dict) or "nonce" in claims:
        raise NotAccepted(Cause.NOT_LOGOUT)
    _check_age(claims, now)
    token_id, session = claims.get("jti"), session_of(claims)
    subject = subject_of(claims) if "sub" in claims else None
    if not isinstance(token_id, str) or not 0 < len(token_id) <= _LONGEST_SUBJECT:
        raise NotAccepted(Cause.MALFORMED)
    if subject is None and session is None:
        raise NotAccepted(Cause.MALFORMED)
    return Farewell(issuer, subject, session, token_id)


def _check_age(claims: Mapping[str, Any], now: datetime) -> None:
    issued, ends = moment(claims.get("iat")), moment(claims.get("exp"))
    if issued is None or issued > now + CLOCK_SKEW or ("exp" in claims and ends is None):
        raise NotAccepted(Cause.MALFORMED)
    if now >= issued + _LOGOUT_LIFE + CLOCK_SKEW or (ends is not None and now >= ends + CLOCK_SKEW):
        raise NotAccepted(Cause.EXPIRED_TOKEN)
