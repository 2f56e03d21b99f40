"""What Macs say in their own property lists."""

from __future__ import annotations

import pytest

from sleutelkast.adapters.mdm.reports import command_report, device_facts
from sleutelkast.usecases.ports import CommandReport, DeviceFacts, ReportStatus, SecurityInfo

UUID = "5F0E4C1B-7C3B-4A57-9D51-0B1C5B1F5A11"


def test_a_rotation_with_its_key() -> None:
    told = report({"RotateResult": {"EncryptedNewRecoveryKey": b"cms"}})
    assert (told.is_rotation, told.new_key_cms) == (True, b"cms")


@pytest.mark.parametrize("result", [{}, {"EncryptedNewRecoveryKey": b""}, {"EncryptedNewRecoveryKey": "text"}, "text"])
def test_a_rotation_whose_answer_has_no_key(result: object) -> None:
    told = report({"RotateResult": result})
    assert (told.is_rotation, told.new_key_cms) == (True, None)


def test_the_state_of_filevault() -> None:
    told = report(
        {
            "SecurityInfo": {
                "FDE_Enabled": True,
                "FDE_HasPersonalRecoveryKey": False,
                "FDE_HasInstitutionalRecoveryKey": False,
                "FDE_PersonalRecoveryKeyCMS": b"cms",
                "FDE_PersonalRecoveryKeyDeviceKey": "C02XL0GZJGH5",
            }
        }
    )
    assert told.security_info == SecurityInfo(True, False, b"cms")
    assert not told.is_rotation


def test_what_a_mac_leaves_out_or_says_oddly_is_unknown() -> None:
    assert report({"SecurityInfo": {}}).security_info == SecurityInfo(None, None, None)
    odd = {"FDE_Enabled": 1, "FDE_HasPersonalRecoveryKey": "true", "FDE_PersonalRecoveryKeyCMS": "cms"}
    assert report({"SecurityInfo": odd}).security_info == SecurityInfo(None, None, None)
    assert report({"SecurityInfo": "on"}).security_info is None


def test_device_information() -> None:
    told = report({"QueryResponses": {"SerialNumber": "C02XL0GZJGH5", "DeviceName": "Mac", "OSVersion": "15.1"}})
    assert told.device_facts == DeviceFacts("C02XL0GZJGH5", "Mac", None, "15.1")
    assert report({}).device_facts is None


@pytest.mark.parametrize(
    ("told", "model"),
    [
        ({"ModelName": "MacBook Air", "ProductName": "Mac15,12", "Model": "MGN63"}, "MacBook Air"),
        ({"ModelName": "", "ProductName": "Mac15,12", "Model": "MGN63"}, "Mac15,12"),
        ({"ModelName": 7, "Model": "MGN63"}, "MGN63"),
        ({}, None),
    ],
)
def test_the_model_is_the_name_that_people_know(told: dict[str, object], model: str | None) -> None:
    assert device_facts(told).model == model


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("", None, id="empty"),
        pytest.param(" \n\t", None, id="blank"),
        pytest.param(b"bytes", None, id="bytes"),
        pytest.param("Anna’s\r\n Mac", "Anna’s Mac", id="two lines"),
        pytest.param("Anna\x00\x1b[2J\u202ecaM", "Anna[2JcaM", id="control characters"),
        pytest.param("\u05de\u05d7\u200d\u05e9\u05d1", "\u05de\u05d7\u200d\u05e9\u05d1", id="another script"),
        pytest.param("x" * 300, "x" * 254 + "…", id="long"),
        pytest.param("ABCD-EFGH-1JKL-MNOP-QRST-2345", "…", id="a recovery key"),
    ],
)
def test_names_become_one_line(name: object, shown: str | None) -> None:
    assert device_facts({"DeviceName": name}).name == shown


@pytest.mark.parametrize(
    ("chain", "text"),
    [
        pytest.param(
            [
                {
                    "ErrorCode": 12021,
                    "ErrorDomain": "MCMDMErrorDomain",
                    "LocalizedDescription": "Dit is geen geldig commando.",
                    "USEnglishDescription": "This is not a valid command.",
                }
            ],
            "This is not a valid command. (MCMDMErrorDomain 12021)",
            id="English first",
        ),
        pytest.param(
            [{"ErrorCode": 1, "ErrorDomain": "D", "LocalizedDescription": "Mislukt."}, {"ErrorCode": 2}],
            "Mislukt. (D 1); 2",
            id="a chain",
        ),
        pytest.param([{"LocalizedDescription": "Mislukt."}], "Mislukt.", id="words alone"),
        pytest.param([{"ErrorCode": {}, "USEnglishDescription": 7, "ErrorDomain": "D"}], "D", id="odd types"),
        pytest.param([], None, id="an empty chain"),
        pytest.param(["x", 7], None, id="a chain of other things"),
        pytest.param("x", None, id="no chain"),
    ],
)
def test_errors_in_the_macs_own_words(chain: object, text: str | None) -> None:
    assert report({"ErrorChain": chain}).error_text == text


def test_lists_that_hold_each_other_are_not_written_out() -> None:
    laughs: list[object] = ["ha"]
    for _ in range(60):
        laughs = [laughs] * 10
    assert report({"ErrorChain": [{"ErrorCode": laughs, "ErrorDomain": laughs}]}).error_text is None


def test_an_error_is_cut_short() -> None:
    told = report({"ErrorChain": [{"LocalizedDescription": "x" * 10_000}] * 50})
    assert told.error_text is not None
    assert len(told.error_text) == 500


def report(answer: dict[str, object]) -> CommandReport:
    told = command_report(ReportStatus.ACKNOWLEDGED, UUID, answer)
    assert (told.status, told.command_uuid) == (ReportStatus.ACKNOWLEDGED, UUID)
    return told
