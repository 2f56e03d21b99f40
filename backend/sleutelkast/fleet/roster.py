"""The Macs of the demo, and Macs like them."""

from __future__ import annotations

from typing import Final

from sleutelkast.fleet.mac import Cipher, Mac, Scenario

_VENTURA: Final = "13.7.1"
_SONOMA: Final = "14.7.1"
_SEQUOIA: Final = "15.1"


def demo_macs() -> list[Mac]:
    """Eight fresh Macs, each with its own random serial number, UDID and recovery key."""
    return [
        Mac(
            name="Anna's MacBook Air", owner="anna", ownership="personal", scenario=Scenario.RIGHT,
            model="MacBook Air (13-inch, M3)", product_name="Mac15,12", language="nl", os_version=_SEQUOIA,
        ),
        Mac(
            name="Anna's Mac mini", owner="anna", ownership="corporate", scenario=Scenario.OFFLINE,
            model="Mac mini (2023)", product_name="Mac14,3", language="nl", os_version=_SONOMA,
        ),
        Mac(
            name="Anna's iMac", owner="anna", ownership="personal", scenario=Scenario.FILEVAULT_OFF,
            model="iMac (24-inch, M3)", product_name="Mac15,5", language="nl", token_update_first=True,
            os_version=_SEQUOIA,
        ),
        Mac(
            name="Bram's MacBook Pro", owner="bram", ownership="corporate", scenario=Scenario.NOT_NOW,
            model="MacBook Pro (14-inch, M3 Pro)", product_name="Mac15,6", cipher=Cipher.AES_256, os_version=_SEQUOIA,
        ),
        Mac(
            name="Bram's Mac Studio", owner="bram", ownership="personal", scenario=Scenario.LATE,
            model="Mac Studio (2023)", product_name="Mac14,13", os_version=_SONOMA,
        ),
        Mac(
            name="Bram's iMac", owner="bram", ownership="personal", scenario=Scenario.MALFORMED,
            model="iMac (24-inch, M1)", product_name="iMac21,1", token_update_first=True, os_version=_SONOMA,
        ),
        Mac(
            name="Bram's old MacBook", owner="bram", ownership="corporate", scenario=Scenario.UNENROLLED,
            model="MacBook (Retina, 12-inch, 2017)", product_name="MacBook10,1",
            os_version=_VENTURA,
        ),
        Mac(
            name="Sanne's MacBook", owner="sanne", ownership="corporate", scenario=Scenario.RIGHT,
            model="MacBook Air (13-inch, M2)", product_name="Mac14,2", language="de", cipher=Cipher.AES_256,
            os_version=_SEQUOIA,
        ),
    ]  # fmt: skip


def another_mac(
    name: str, owner: str | None = None, ownership: str | None = None, scenario: Scenario = Scenario.RIGHT
) -> Mac:
    """A fresh Mac beside those of the demo."""
    return Mac(
        name=name, owner=owner, ownership=ownership, scenario=scenario,
        model="MacBook Air (15-inch, M3)", product_name="Mac15,13", os_version=_SEQUOIA,
    )  # fmt: skip


def imposter_of(mac: Mac) -> Mac:
    """Another machine that claims this Mac's serial number; nobody's, with a UDID and a key of its own."""
    return Mac(
        name=f"{mac.name} (imposter)", owner=None, ownership=None, scenario=Scenario.RIGHT, serial=mac.serial,
        model=mac.model, product_name=mac.product_name, os_version=mac.os_version,
    )  # fmt: skip
