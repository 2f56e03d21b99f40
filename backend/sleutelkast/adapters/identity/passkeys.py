"""Passkeys by WebAuthn, for one address of the portal: that of its settings, whatever host a request names."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    options_to_json_dict,
    parse_attestation_object,
    parse_authentication_credential_json,
    parse_registration_credential_json,
)
from webauthn.helpers.structs import (
    AttestationFormat,
    AttestationObject,
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from sleutelkast.domain.passkey import CEREMONY_LIFE
from sleutelkast.usecases.ports import NewPasskey, PasskeyAnswer, PasskeyMalformed

_LONGEST_ID = 1023
"""Bytes, as the standard has it."""
_MILLISECONDS = int(CEREMONY_LIFE.total_seconds() * 1000)


class WebAuthn:
    """`host` is the name that passkeys are bound to, `origin` the whole address without a path."""

    def __init__(self, host: str, origin: str, name: str) -> None:
        self._host = host
        self._origin = origin
        self._name = name

    def to_register(
        self, challenge: bytes, handle: bytes, username: str, name: str, known: Sequence[bytes]
    ) -> Mapping[str, Any]:
        return options_to_json_dict(
            generate_registration_options(
                rp_id=self._host,
                rp_name=self._name,
                user_id=handle,
                user_name=username,
                user_display_name=name,
                challenge=challenge,
                timeout=_MILLISECONDS,
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
                exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
            )
        )

    def registered(self, answer: Mapping[str, Any], challenge: bytes) -> NewPasskey:
        try:
            credential = parse_registration_credential_json(dict(answer))
            _require_own_page(credential.response.client_data_json)
            _require_no_attestation(parse_attestation_object(credential.response.attestation_object))
            verified = verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except Exception as error:
            # Strangers write what is parsed here, and each part of the library has errors of its own.
            raise PasskeyMalformed(type(error).__name__) from None
        if credential.raw_id != verified.credential_id or not 0 < len(verified.credential_id) <= _LONGEST_ID:
            raise PasskeyMalformed("another id than was signed")
        return NewPasskey(verified.credential_id, verified.credential_public_key, verified.sign_count)

    def to_sign_in(self, challenge: bytes, known: Sequence[bytes]) -> Mapping[str, Any]:
        return options_to_json_dict(
            generate_authentication_options(
                rp_id=self._host,
                challenge=challenge,
                timeout=_MILLISECONDS,
                allow_credentials=[PublicKeyCredentialDescriptor(id=one) for one in known],
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def read(self, answer: Mapping[str, Any]) -> PasskeyAnswer:
        try:
            credential = parse_authentication_credential_json(dict(answer))
        except Exception as error:
            raise PasskeyMalformed(type(error).__name__) from None
        return PasskeyAnswer(credential.raw_id, credential.response.user_handle, answer)

    def counted(self, answer: PasskeyAnswer, challenge: bytes, public_key: bytes) -> int:
        try:
            credential = parse_authentication_credential_json(dict(answer.whole))
            _require_own_page(credential.response.client_data_json)
            verified = verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=public_key,
                # What the counter means is the portal's own rule (`domain.passkey`), held under a lock.
                credential_current_sign_count=0,
                require_user_verification=True,
            )
        except Exception as error:
            raise PasskeyMalformed(type(error).__name__) from None
        return verified.new_sign_count


def _require_own_page(client_data: bytes) -> None:
    """No page of the portal is shown in another one, so no passkey is asked for in such a frame."""
    told = json.loads(client_data)
    if told.get("crossOrigin", False) is not False or "topOrigin" in told:
        raise PasskeyMalformed("asked for in a page of somebody else")


def _require_no_attestation(attestation: AttestationObject) -> None:
    """None was asked for: at most the passkey's own signature comes, and no maker's certificates are looked at."""
    is_own = attestation.fmt == AttestationFormat.PACKED and not attestation.att_stmt.x5c
    if attestation.fmt != AttestationFormat.NONE and not is_own:
        raise PasskeyMalformed("an attestation that nobody asked for")
