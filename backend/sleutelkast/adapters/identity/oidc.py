"""An OpenID provider as the portal's port: authorization code with PKCE, by Authlib over this portal's own connection.

What a provider publishes is kept a while. An unknown key has its key set asked for again, but no more than three times
a minute: tokens that name keys of their own invention must not make the portal flood the provider.
"""

from __future__ import annotations

import json
import threading
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, Generic, TypeVar
from urllib.parse import quote

from authlib.common.urls import add_params_to_uri
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from sleutelkast.adapters.identity.oidc_fetch import Answer, ProviderConnection, is_safe
from sleutelkast.adapters.identity.oidc_tokens import (
    SIGNED_WITH,
    Claimed,
    UnknownKey,
    moment,
    provider_keys,
    read_id_token,
    read_logout_token,
    session_of,
    signed,
    subject_of,
)
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.domain.work_account import Cause, claim
from sleutelkast.usecases.ports import Farewell, Journey, NotAccepted, Recognized

_METADATA_LIFE_SECONDS: Final = 3600.0
_KEYS_LIFE_SECONDS: Final = 600.0
"""A key that a provider has withdrawn is believed no longer than that."""
_RENEWALS: Final = 3
_RENEWALS_IN_SECONDS: Final = 60.0
_TROUBLE_REST_SECONDS: Final = 2.0
"""So long nothing is asked of a provider that did not answer."""
_LONG_AGO_SECONDS: Final = 30 * 24 * 3600
"""`max_age` has a provider tell when it last asked somebody who they are; one this long disturbs nobody."""
_WHEN_ASKED: Final = json.dumps({"id_token": {"auth_time": {"essential": True}}}, separators=(",", ":"))
"""Google tells that for this parameter alone; who knows no such parameter passes it over."""
_FORM: Final = "application/x-www-form-urlencoded"
_LONGEST_CODE: Final = 8192
_WAITING: Final = 4
"""So many threads wait for what a provider publishes; to the others it is away, and they are free for other people."""


@dataclass(frozen=True, slots=True)
class Client:
    """How the portal is known at a provider."""

    issuer: str
    client_id: str
    secret: SecretBytes | None
    """None for a public client, which PKCE alone protects."""
    redirect_uri: str
    after_sign_out: str
    """The address to which the provider sends people back once they have signed out there."""
    scopes: str = "openid profile email"


@dataclass(frozen=True, slots=True)
class _Metadata:
    """What the provider's discovery document says, as far as it is needed."""

    authorization: str
    token: str
    keys: str
    userinfo: str | None
    end_session: str | None
    algorithms: frozenset[str]
    client_auth: str
    names_itself: bool
    """Whether it promises `iss` beside every code."""


class OidcProvider:
    """The port `IdentityProvider`; it may be used by many threads."""

    def __init__(
        self,
        client: Client,
        needs: Sequence[str] = (),
        connection: ProviderConnection | None = None,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        """`needs` are claims for which the provider is asked once more where its ID token lacks them.

        `now` tells the seconds of any clock.
        """
        self.issuer = client.issuer
        self._client = client
        self._needs = tuple(needs)
        self._connection = connection or ProviderConnection()
        self._metadata = _Kept(self._fetch_metadata, _METADATA_LIFE_SECONDS, now)
        self._keys = _Kept(self._fetch_keys, _KEYS_LIFE_SECONDS, now)

    def __repr__(self) -> str:
        return f"OidcProvider({self.issuer!r})"

    def way_there(self, journey: Journey) -> str:
        asked: dict[str, Any] = {"claims": _WHEN_ASKED, "max_age": _LONG_AGO_SECONDS}
        if journey.again:
            asked |= {"prompt": "login", "max_age": 0}
        address: str = prepare_grant_uri(
            self._metadata.get().authorization,
            self._client.client_id,
            "code",
            redirect_uri=self._client.redirect_uri,
            scope=self._client.scopes,
            state=journey.state,
            nonce=journey.nonce,
            code_challenge=create_s256_code_challenge(journey.verifier.reveal().decode()),
            code_challenge_method="S256",
            **{name: str(value) for name, value in asked.items()},
        )
        return address

    def check_issuer(self, told: str | None) -> None:
        if told is None and not self._metadata.get().names_itself:
            return
        if told != self.issuer:
            raise NotAccepted(Cause.WRONG_ISSUER)

    def recognize(self, code: str, journey: Journey, now: datetime) -> Recognized:
        if not 0 < len(code) <= _LONGEST_CODE or not code.isascii() or not code.isprintable():
            raise NotAccepted(Cause.MALFORMED)
        tokens = self._redeem(code, journey)
        id_token, access_token = tokens.get("id_token"), tokens.get("access_token")
        if not isinstance(id_token, str) or not isinstance(access_token, str):
            raise NotAccepted(Cause.MALFORMED)
        claims = read_id_token(
            self._signed(id_token), self.issuer, self._client.client_id, journey.nonce, access_token, now
        )
        told = self._complete(claims, access_token)
        return Recognized(self.issuer, subject_of(claims), told, moment(claims.get("auth_time")), session_of(claims))

    def farewell(self, token: str, now: datetime) -> Farewell:
        return read_logout_token(self._signed(token), self.issuer, self._client.client_id, now)

    def way_out(self) -> str | None:
        try:
            endpoint = self._metadata.get().end_session
        except NotAccepted:
            # Nobody stays signed in here because a provider is away.
            return None
        if endpoint is None:
            return None
        asked = [("client_id", self._client.client_id), ("post_logout_redirect_uri", self._client.after_sign_out)]
        address: str = add_params_to_uri(endpoint, asked)
        return address

    def trouble(self) -> str | None:
        try:
            keys = self._fetch_keys_of(self._fetch_metadata())
        except NotAccepted as refused:
            return _TROUBLES.get(refused.cause, "what it publishes can't be used")
        return None if keys else "it publishes no key that can sign"

    def close(self) -> None:
        """Close the kept connections."""
        self._connection.close()

    def _redeem(self, code: str, journey: Journey) -> Mapping[str, object]:
        """The tokens that a code stands for."""
        metadata, secret = self._metadata.get(), self._client.secret
        body = prepare_token_request(
            "authorization_code",
            code=code,
            redirect_uri=self._client.redirect_uri,
            code_verifier=journey.verifier.reveal().decode(),
        )
        auth = _proof(self._client.client_id, secret, metadata.client_auth)
        url, headers, body = auth.prepare("POST", metadata.token, {"Content-Type": _FORM}, body)
        answer = self._connection.post(url, body, headers)
        if answer.status == 200 and answer.json is not None:
            return answer.json
        raise NotAccepted(_refused_code(answer))

    def _signed(self, token: str) -> Claimed:
        algorithms = self._metadata.get().algorithms
        try:
            return signed(token, self._keys.get(), algorithms)
        except UnknownKey:
            pass
        try:
            return signed(token, self._keys.renewed(), algorithms)
        except UnknownKey:
            raise NotAccepted(Cause.UNKNOWN_KEY) from None

    def _complete(self, claims: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        """The claims, with what else the provider tells of the same person where some are wanting."""
        endpoint = self._metadata.get().userinfo
        wanting = [name for name in ("name", *self._needs) if claim(claims, name) is None]
        if endpoint is None or not wanting:
            return claims
        try:
            return {**self._told_beside(endpoint, claims, access_token), **claims}
        except NotAccepted as refused:
            # Who is not told a name calls somebody otherwise; a claim that settles something must be told.
            if wanting == ["name"] and refused.cause is Cause.REFUSED:
                return claims
            raise

    def _told_beside(self, endpoint: str, claims: Mapping[str, Any], access_token: str) -> Mapping[str, Any]:
        answer = self._connection.get(endpoint, {"Authorization": f"Bearer {access_token}"})
        if answer.status != 200:
            raise NotAccepted(Cause.REFUSED)
        told = answer.json or {}
        if told.get("sub") != claims["sub"]:
            raise NotAccepted(Cause.MALFORMED)
        return told

    def _fetch_metadata(self) -> _Metadata:
        answer = self._connection.get(self.issuer.rstrip("/") + "/.well-known/openid-configuration")
        told = answer.json
        if answer.status != 200 or told is None:
            raise NotAccepted(Cause.UNAVAILABLE)
        if told.get("issuer") != self.issuer:
            raise NotAccepted(Cause.WRONG_ISSUER)
        return self._understood(told)

    def _understood(self, told: Mapping[str, object]) -> _Metadata:
        needed = [told.get(name) for name in ("authorization_endpoint", "token_endpoint", "jwks_uri")]
        further = [told.get(name) for name in ("userinfo_endpoint", "end_session_endpoint")]
        if not all(is_safe(url, self.issuer) for url in (*needed, *(url for url in further if url is not None))):
            raise NotAccepted(Cause.MALFORMED)
        authorization, token, keys = map(str, needed)
        userinfo, end_session = (None if url is None else str(url) for url in further)
        algorithms = _names(told.get("id_token_signing_alg_values_supported"), "RS256") & SIGNED_WITH
        return _Metadata(
            authorization,
            token,
            keys,
            userinfo,
            end_session,
            algorithms,
            self._client_auth(_names(told.get("token_endpoint_auth_methods_supported"), "client_secret_basic")),
            told.get("authorization_response_iss_parameter_supported") is True,
        )

    def _client_auth(self, offered: frozenset[str]) -> str:
        if self._client.secret is None:
            return "none"
        in_body = "client_secret_post" in offered and "client_secret_basic" not in offered
        return "client_secret_post" if in_body else "client_secret_basic"

    def _fetch_keys(self) -> Sequence[Any]:
        return self._fetch_keys_of(self._metadata.get())

    def _fetch_keys_of(self, metadata: _Metadata) -> Sequence[Any]:
        answer = self._connection.get(metadata.keys)
        if answer.status != 200 or answer.json is None:
            raise NotAccepted(Cause.UNAVAILABLE)
        return provider_keys(answer.json.get("keys"))


_TROUBLES: Final = {
    Cause.UNAVAILABLE: "it does not answer with its discovery document and its keys",
    Cause.WRONG_ISSUER: "its discovery document names another issuer",
    Cause.MALFORMED: "its discovery document lacks an address that is needed, or has one without https",
}


def _names(value: object, default: str) -> frozenset[str]:
    return frozenset(one for one in value if isinstance(one, str)) if isinstance(value, list) else frozenset({default})


def _proof(client_id: str, secret: SecretBytes | None, way: str) -> ClientAuth:
    known = "" if secret is None else secret.reveal().decode()
    if way == "client_secret_basic":
        # RFC 6749 has both form-encoded before they become a header, which Authlib leaves to its caller.
        client_id, known = quote(client_id, safe=""), quote(known, safe="")
    return ClientAuth(client_id, known, way)


def _refused_code(answer: Answer) -> Cause:
    error = (answer.json or {}).get("error")
    if error == "invalid_grant":
        return Cause.CODE_REFUSED
    if error in {"invalid_client", "unauthorized_client"} or answer.status == 401:
        return Cause.CLIENT_REFUSED
    return Cause.UNAVAILABLE if answer.status == 429 or answer.json is None else Cause.REFUSED


Kind = TypeVar("Kind")


class _Kept(Generic[Kind]):
    """What a provider publishes, asked for again once it is old. One thread asks; the others wait for it."""

    def __init__(self, fetch: Callable[[], Kind], life: float, now: Callable[[], float]) -> None:
        self._fetch, self._life, self._now = fetch, life, now
        self._lock = threading.Lock()
        self._waiting = threading.BoundedSemaphore(_WAITING)
        self._kept: tuple[float, Kind] | None = None
        self._renewals: deque[float] = deque(maxlen=_RENEWALS)
        self._failed: tuple[float, Cause] | None = None

    def get(self) -> Kind:
        return self._not_older_than(self._life)

    def renewed(self) -> Kind:
        """Asked for again, unless that was done often of late."""
        with self._lock:
            now = self._now()
            often = len(self._renewals) == _RENEWALS and now - self._renewals[0] < _RENEWALS_IN_SECONDS
            if not often:
                self._renewals.append(now)
        return self._not_older_than(self._life if often else 0.0)

    def _not_older_than(self, seconds: float) -> Kind:
        # Read without the lock: it is put there as a whole.
        kept = self._kept
        if kept is not None and self._now() - kept[0] < seconds:
            return kept[1]
        if not self._waiting.acquire(blocking=False):
            raise NotAccepted(Cause.UNAVAILABLE)
        try:
            return self._asked_for(seconds)
        finally:
            self._waiting.release()

    def _asked_for(self, seconds: float) -> Kind:
        with self._lock:
            now = self._now()
            if self._kept is not None and now - self._kept[0] < seconds:
                return self._kept[1]
            if self._failed is not None and now - self._failed[0] < _TROUBLE_REST_SECONDS:
                raise NotAccepted(self._failed[1])
            try:
                found = self._fetch()
            except NotAccepted as refused:
                self._failed = self._now(), refused.cause
                raise
            self._kept, self._failed = (self._now(), found), None
            return found
