"""SIGKILL at every step of a deposit: once the portal runs again, the deposit comes to its end and nothing is lost.

Every moment is one at which something is committed, or is about to be; between two neighbours nothing that lasts
happens. What dies is the whole portal at once (server, its worker processes, background work), or one process of it.
The one exception of the design is no row here: an answer that the MDM server delivers while nobody listens is lost, as
it calls once. So where the answer is not committed yet, these Macs stay offline until the portal runs again.
"""

from __future__ import annotations

import pytest

from tests.integration.crash.installation import Installation, OwnMac
from tests.integration.processes import Command, is_ready, wait_for


def test_killed_before_anything_is_committed_the_key_can_be_saved_again(installation: Installation) -> None:
    mac = installation.newcomer()
    with installation.dying_at("after sealer.seal typed-key"):
        assert installation.save(mac) is None
    installation.portal.wait_until_gone()
    installation.start_portal()
    assert installation.anna.latest_deposit(mac.device_id).status == 404
    again = installation.save(mac)
    assert again is not None
    assert again.status == 202
    the_key_is_stored(installation, mac)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("committed sealer.seal typed-key", id="saved, and nobody told"),
        pytest.param("before mdm.rotate_filevault_key", id="claimed, not sent"),
        pytest.param("after mdm.rotate_filevault_key", id="sent, and nobody knows"),
        pytest.param("committed mdm.rotate_filevault_key", id="known to be sent"),
    ],
)
def test_killed_on_the_way_to_the_mac(installation: Installation, moment: str) -> None:
    mac = installation.newcomer("offline")
    with installation.dying_at(moment):
        installation.save(mac)
    installation.portal.wait_until_gone()
    installation.start_portal()
    wait_for(lambda: installation.rotations(mac) == 1, "the command at the MDM server")
    installation.anna.wait_until(mac.device_id, "sent")
    installation.fleet.connect(mac.entry.udid)
    the_key_is_stored(installation, mac)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("committed sealer.seal raw-answer", id="answer in hand, not opened"),
        pytest.param("after sealer.seal key-version", id="new key written, not committed"),
        pytest.param("committed sealer.seal key-version", id="stored, and the MDM server not told"),
    ],
)
def test_killed_with_the_answer_in_hand(installation: Installation, moment: str) -> None:
    mac = installation.newcomer()
    with installation.dying_at(moment):
        installation.save(mac)
    installation.portal.wait_until_gone()
    assert installation.present_key(mac) != mac.first_key
    installation.start_portal()
    the_key_is_stored(installation, mac)


def test_where_the_server_dies_with_the_answer_in_hand_a_worker_elsewhere_opens_it(installation: Installation) -> None:
    mac = installation.newcomer()
    with installation.another_worker():
        with installation.dying_at("committed sealer.seal raw-answer"):
            installation.save(mac)
        installation.portal.wait_until_gone()
        installation.wait_until_escrowed(mac)
    installation.start_portal()
    the_key_is_stored(installation, mac)


@pytest.mark.parametrize(
    "moment",
    [
        pytest.param("alone before mdm.rotate_filevault_key", id="claimed, not sent"),
        pytest.param("alone after mdm.rotate_filevault_key", id="sent, and the Mac answers meanwhile"),
    ],
)
def test_background_work_that_is_killed_is_started_again_and_goes_on(installation: Installation, moment: str) -> None:
    mac = installation.newcomer()
    with installation.dying_at(moment):
        saved = installation.save(mac)
    assert saved is not None
    assert saved.status == 202
    the_key_is_stored(installation, mac)


only_on_sqlite = pytest.mark.parametrize("standing", ["sqlite"], indirect=True)
"""What does not depend on the kind of the database."""


@only_on_sqlite
def test_an_idle_background_process_that_is_killed_is_started_again(installation: Installation) -> None:
    before = background_process(installation.portal)
    installation.portal.kill(before)
    after = wait_for(lambda: background_process(installation.portal, other_than=before), "another background process")
    assert after in installation.portal.processes()
    mac = installation.newcomer()
    installation.save(mac)
    the_key_is_stored(installation, mac)


@only_on_sqlite
def test_a_killed_web_process_ends_the_whole_portal_so_that_it_can_be_started_again(installation: Installation) -> None:
    installation.portal.kill(web_process(installation.portal))
    installation.portal.wait_until_gone()
    assert installation.portal.status not in {None, 0}


@only_on_sqlite
def test_a_killed_parent_leaves_nobody_serving_behind(installation: Installation) -> None:
    background_process(installation.portal)
    assert len(installation.portal.processes()) == 3
    installation.portal.kill(installation.portal.pid)
    installation.portal.wait_until_gone()
    assert not is_ready(installation.port)


def the_key_is_stored(installation: Installation, mac: OwnMac) -> None:
    """The Mac rotated once, the portal holds what the Mac holds now, and the key it replaced as an earlier one."""
    installation.anna.wait_until(mac.device_id, "stored")
    present = installation.present_key(mac)
    assert present != mac.first_key
    assert installation.anna.reveal(mac.device_id) == present
    versions = installation.anna.call("GET", f"/devices/{mac.device_id}/versions").json["items"]
    assert [(one["provenance"], one["present"]) for one in versions] == [("rotated", True), ("typed", False)]
    assert installation.anna.reveal(mac.device_id, versions[1]["id"]) == mac.first_key
    assert installation.rotations(mac) == 1


def background_process(portal: Command, other_than: int | None = None) -> int:
    """Its process id, once it is there."""
    return wait_for(lambda: _child(portal, " worker", other_than), "the background process")


def web_process(portal: Command) -> int:
    return wait_for(lambda: _child(portal, " serve"), "the web process")


def _child(portal: Command, command: str, other_than: int | None = None) -> int | None:
    children = portal.children().items()
    return next((pid for pid, line in children if line.strip().endswith(command) and pid != other_than), None)
