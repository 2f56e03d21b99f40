"""What a Mac does on a command, in each scenario: values only; `fleet` keeps the new key and sends the report."""

from __future__ import annotations

import functools
import plistlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Final

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sleutelkast.fleet import cms
from sleutelkast.fleet.mac import Mac, Plist, Scenario, facts, new_recovery_key
from sleutelkast.fleet.profiles import escrow_certificate
from sleutelkast.fleet.settings import Patience

_INTEL: Final = {"MacBook10,1"}
TIMES_NOT_NOW: Final = 2
"""How often the scenario `not-now` puts a rotation off before it does it."""


@dataclass(frozen=True, slots=True)
class Command:
    """A command as the server handed it out."""

    uuid: str
    request_type: str
    body: Plist = field(repr=False)


def read_command(raw: bytes) -> Command:
    """Read a command's property list; raise ValueError where it is none."""
    try:
        plist = plistlib.loads(raw)
        return Command(str(plist["CommandUUID"]), str(plist["Command"]["RequestType"]), plist["Command"])
    except Exception as error:  # plistlib raises whatever its parser does
        raise ValueError("not a command") from error


@dataclass(frozen=True, slots=True)
class Meeting:
    """How often the Mac was handed one command, this time included, and how many seconds ago first."""

    times: int
    waited: float


@dataclass(frozen=True, slots=True)
class Reaction:
    """What a Mac does on a command, in the order of the fields."""

    new_key: str | None = field(default=None, repr=False)
    """The key that replaces its present one; kept before anything is reported."""
    escrowed_key: bytes | None = field(default=None, repr=False)
    escrow_certificate: bytes | None = field(default=None, repr=False)
    """That of an escrow profile which is installed from now on."""
    re_enrols: bool = False
    report: Plist | None = field(default=None, repr=False)
    """None: it breaks the connection off without an answer, and will be handed the command again."""
    unstored: bool = False
    """The server fails to store the report, yet calls its webhook; the command is handed out again."""
    unheard: bool = False
    """The server stores the report, but its webhook call gets lost."""
    comes_back_in: float | None = None
    """Seconds until the Mac connects by itself."""


Meet = Callable[[], Meeting]


def react(mac: Mac, command: Command, meet: Meet, patience: Patience) -> Reaction:
    """What this Mac does on this command. `meet` counts the meeting, durably: it is called only where that matters."""
    match command.request_type:
        case "RotateFileVaultKey":
            return _rotate(mac, command, meet, patience)
        case "SecurityInfo":
            return Reaction(report=_acknowledged(mac, command, SecurityInfo=_security_info(mac)))
        case "DeviceInformation":
            return Reaction(report=_acknowledged(mac, command, QueryResponses=_query_responses(mac, command)))
        case "InstallProfile":
            return _install_profile(mac, command)
    return Reaction(report=_error(mac, command, 12021, "MCMDMErrorDomain", _UNKNOWN_COMMAND))


def _install_profile(mac: Mac, command: Command) -> Reaction:
    try:
        certificate = escrow_certificate(bytes(command.body["Payload"]))
    except (KeyError, TypeError, ValueError):
        return Reaction(report=_error(mac, command, 4001, "MCInstallationErrorDomain", _NO_PROFILE))
    return Reaction(escrow_certificate=certificate, report=_acknowledged(mac, command))


@dataclass(frozen=True, slots=True)
class _Rotation:
    mac: Mac
    command: Command
    password: str = field(repr=False)
    certificate: bytes
    meet: Meet
    patience: Patience


def _rotate(mac: Mac, command: Command, meet: Meet, patience: Patience) -> Reaction:
    try:
        password = str(command.body["FileVaultUnlock"]["Password"])
        certificate = bytes(command.body["ReplyEncryptionCertificate"])
        cms.read_certificate(certificate)
        well_formed = command.body["KeyType"] == "personal"
    except (KeyError, TypeError, ValueError):
        well_formed = False
    if not well_formed:
        return Reaction(report=_report(mac, command, "CommandFormatError"))
    return _SCENARIOS[mac.scenario](_Rotation(mac, command, password, certificate, meet, patience))


def _right(rotation: _Rotation) -> Reaction:
    return _rotates(rotation, lambda key: _result(_encrypted(rotation, key)))


def _filevault_off(rotation: _Rotation) -> Reaction:
    return Reaction(report=_error(rotation.mac, rotation.command, -69594, "MCFDEErrorDomain", _FILEVAULT_IS_OFF))


def _key_removed(rotation: _Rotation) -> Reaction:
    return Reaction(report=_error(rotation.mac, rotation.command, -69593, "MCFDEErrorDomain", _WRONG_KEY))


def _not_now(rotation: _Rotation) -> Reaction:
    if rotation.meet().times > TIMES_NOT_NOW:
        return _right(rotation)
    report = _report(rotation.mac, rotation.command, "NotNow")
    return Reaction(report=report, comes_back_in=rotation.patience.not_now_after)


def _late(rotation: _Rotation) -> Reaction:
    remaining = rotation.patience.late_after - rotation.meet().waited
    return Reaction(comes_back_in=remaining) if remaining > 0 else _right(rotation)


def _malformed(rotation: _Rotation) -> Reaction:
    def first_half(key: str) -> Plist:
        whole = _encrypted(rotation, key)
        return _result(whole[: len(whole) // 2])

    return _rotates(rotation, first_half)


def _lost_answer(rotation: _Rotation) -> Reaction:
    return _rotates(rotation, lambda key: _result(_encrypted(rotation, key)), unheard=True)


def _twice(rotation: _Rotation) -> Reaction:
    # The second time the command's key is no longer the present one, so `_rotates` answers Error by itself.
    return _rotates(rotation, lambda key: _result(_encrypted(rotation, key)), unstored=True)


def _no_key(rotation: _Rotation) -> Reaction:
    return _rotates(rotation, lambda key: {})


def _other_certificate(rotation: _Rotation) -> Reaction:
    return _rotates(
        rotation, lambda key: _result(cms.encrypt(key.encode(), _strangers_certificate(), rotation.mac.cipher))
    )


def _re_enrol(rotation: _Rotation) -> Reaction:
    return Reaction(re_enrols=True)


_SCENARIOS: Final[dict[Scenario, Callable[[_Rotation], Reaction]]] = {
    Scenario.RIGHT: _right,
    Scenario.OFFLINE: _right,
    Scenario.FILEVAULT_OFF: _filevault_off,
    Scenario.NOT_NOW: _not_now,
    Scenario.LATE: _late,
    Scenario.MALFORMED: _malformed,
    Scenario.UNENROLLED: _right,
    Scenario.LOST_ANSWER: _lost_answer,
    Scenario.TWICE: _twice,
    Scenario.NO_KEY: _no_key,
    Scenario.OTHER_CERTIFICATE: _other_certificate,
    Scenario.RE_ENROL: _re_enrol,
    Scenario.IMPOSTER: _right,
    Scenario.KEY_REMOVED: _key_removed,
}


def _rotates(
    rotation: _Rotation, answer: Callable[[str], Plist], *, unstored: bool = False, unheard: bool = False
) -> Reaction:
    mac, command = rotation.mac, rotation.command
    if rotation.password != mac.recovery_key:
        return Reaction(report=_error(mac, command, -69593, "MCFDEErrorDomain", _WRONG_KEY))
    new_key = new_recovery_key()
    report = _acknowledged(mac, command, **answer(new_key))
    escrowed = escrowed_for(mac, new_key)
    return Reaction(new_key=new_key, escrowed_key=escrowed, report=report, unstored=unstored, unheard=unheard)


def escrowed_for(mac: Mac, new_key: str) -> bytes | None:
    """What SecurityInfo tells of a key that the Mac makes now."""
    return mac.escrow_certificate and cms.encrypt(new_key.encode(), mac.escrow_certificate, mac.cipher)


def _encrypted(rotation: _Rotation, key: str) -> bytes:
    return cms.encrypt(key.encode(), rotation.certificate, rotation.mac.cipher)


def _result(encrypted_key: bytes) -> Plist:
    return {"RotateResult": {"EncryptedNewRecoveryKey": encrypted_key}}


def _security_info(mac: Mac) -> Plist:
    info: Plist = {
        "FDE_Enabled": mac.has_filevault,
        "FDE_HasPersonalRecoveryKey": mac.has_recovery_key,
        "FDE_HasInstitutionalRecoveryKey": False,
    }
    if mac.has_recovery_key and mac.escrowed_key is not None:
        info |= {"FDE_PersonalRecoveryKeyCMS": mac.escrowed_key, "FDE_PersonalRecoveryKeyDeviceKey": mac.serial}
    return info


def _query_responses(mac: Mac, command: Command) -> Plist:
    known = facts(mac) | {
        "HostName": f"{mac.product_name.lower().replace(',', '-')}.local",
        "IsAppleSilicon": mac.product_name not in _INTEL,
        "IsSupervised": False,
    }
    return {query: known[query] for query in command.body.get("Queries", known) if query in known}


def _acknowledged(mac: Mac, command: Command, **content: object) -> Plist:
    return _report(mac, command, "Acknowledged", **content)


def _report(mac: Mac, command: Command, status: str, **content: object) -> Plist:
    return {"CommandUUID": command.uuid, "Status": status, "UDID": mac.udid, **content}


# Apple publishes no code or text for a wrong key or for FileVault that is off: codes, domain and words are made up.
# They are a Mac's words, not the portal's, and so in no catalog.
_WRONG_KEY: Final = {
    "en": "The recovery key could not be used to unlock FileVault.",
    "nl": "FileVault kon niet met de herstelsleutel worden ontgrendeld.",
    "de": "FileVault konnte mit dem Wiederherstellungsschlüssel nicht entsperrt werden.",
}
_FILEVAULT_IS_OFF: Final = {
    "en": "FileVault is not turned on.",
    "nl": "FileVault is niet ingeschakeld.",
    "de": "FileVault ist nicht aktiviert.",
}
_NO_PROFILE: Final = {
    "en": "The profile could not be installed.",
    "nl": "Het profiel kon niet worden geïnstalleerd.",
    "de": "Das Profil konnte nicht installiert werden.",
}
_UNKNOWN_COMMAND: Final = {
    "en": "The command is not known.",
    "nl": "De opdracht is onbekend.",
    "de": "Der Befehl ist unbekannt.",
}


def _error(mac: Mac, command: Command, code: int, domain: str, words: dict[str, str]) -> Plist:
    link: Plist = {"ErrorCode": code, "ErrorDomain": domain, "LocalizedDescription": words[mac.language]}
    if mac.language != "en":
        link["USEnglishDescription"] = words["en"]
    return _report(mac, command, "Error", ErrorChain=[link])


@functools.cache
def _strangers_certificate() -> bytes:
    """A certificate whose private key nobody has."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "Some other escrow")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(datetime.now(UTC)).not_valid_after(datetime.now(UTC) + timedelta(days=365))
    return builder.sign(key, hashes.SHA256()).public_bytes(Encoding.DER)
