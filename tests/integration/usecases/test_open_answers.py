"""Opening answers: whatever dies on the way, the Mac's new key is not lost and is kept once."""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from typing import NoReturn

import pytest
from sqlalchemy import delete, update

from sleutelkast.adapters.mdm.cms import CmsEnvelopes
from sleutelkast.adapters.sealing.envelope import EnvelopeSealer
from sleutelkast.adapters.sealing.ring import FileKeyRing
from sleutelkast.adapters.store.schema import answers, identities
from sleutelkast.domain.deposit import State, Step, Verdict
from sleutelkast.domain.person import Person
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.settings import Settings
from sleutelkast.usecases.open_answers import KEPT_PER_DEVICE, open_answer
from sleutelkast.usecases.ports import EscrowIdentity
from sleutelkast.usecases.repository import AnswerState
from tests.integration.usecases.mdm_in_memory import Does, Mac
from tests.integration.usecases.stage import Stage


class CrashError(Exception):
    """The portal's process dies here."""


class CrashingEnvelopes(CmsEnvelopes):
    def open(self, cms: bytes, identities: Sequence[EscrowIdentity]) -> NoReturn:
        raise CrashError


class CountingEnvelopes(CmsEnvelopes):
    opened = 0

    def open(self, cms: bytes, identities: Sequence[EscrowIdentity]) -> SecretBytes:
        self.opened += 1
        return super().open(cms, identities)


def test_an_answer_that_a_crash_left_in_hand_is_opened_by_the_sweep(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    _crashes_on_the_answer(stage, mac)
    in_hand = stage.deposit(mac)
    assert (in_hand.state, in_hand.step, in_hand.answer_in_hand) == (State.SENT, Step.ROTATE, True)
    stage.time_passes(seconds=10)
    stage.works()
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key
    assert stage.answers(mac) == []


def test_an_answer_in_hand_does_not_time_out(stage: Stage, anna: Person, mac: Mac) -> None:
    """The portal was down for days behind the crash."""
    stage.saves(anna, mac)
    stage.works()
    _crashes_on_the_answer(stage, mac)
    stage.time_passes(days=10)
    stage.works()
    assert stage.states(mac) == ["stored"]
    assert stage.told(anna) == []


def test_two_processes_that_open_the_same_answer_keep_one_version(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    _crashes_on_the_answer(stage, mac)
    (answer,), start = stage.answers(mac), threading.Barrier(2)

    def open_it(_: int) -> None:
        start.wait()
        open_answer(stage.world, answer.id)

    with ThreadPoolExecutor(2) as processes:
        list(processes.map(open_it, range(2)))
    assert [provenance for provenance, _ in stage.kept(anna, mac)] == ["rotated", "typed"]


def test_an_answer_whose_seal_is_broken_is_kept_and_asked_for_again(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.saves(anna, mac)
    stage.works()
    _crashes_on_the_answer(stage, mac)
    with stage.store.write() as tx:
        tx.connection.execute(update(answers).values(envelope=b"damaged"))
    stage.time_passes(seconds=10)
    stage.works()
    assert stage.deposit(mac).verdict is Verdict.UNUSABLE
    assert [answer.state for answer in stage.answers(mac)] == [AnswerState.UNOPENED]
    stage.connects(mac)
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


def test_no_mac_fills_the_disk_with_answers_that_dont_open(stage: Stage, anna: Person, mac: Mac) -> None:
    uuid = stage.saves(anna, mac).commands[0].uuid
    stage.works()
    *_, unusable = mac.connects(Does.DAMAGED)
    stage.hears(unusable, unusable)
    assert len(stage.answers(mac)) == 1
    for number in range(KEPT_PER_DEVICE + 3):
        stage.hears(mac.reports(uuid, "Acknowledged", Number=number))
    assert len(stage.answers(mac)) == KEPT_PER_DEVICE


def test_an_answer_to_an_older_certificate_opens(stage: Stage, anna: Person, mac: Mac) -> None:
    """The certificate was renewed while the Mac had the command."""
    stage.saves(anna, mac)
    stage.works()
    stage.time_passes(days=1)
    stage.renews_escrow_certificate()
    stage.connects(mac)
    assert stage.reveals(anna, mac) == mac.key
    stage.stores(anna, mac)
    older, newer = stage.mdm.rotations()
    assert newer.body["ReplyEncryptionCertificate"] == stage.escrow_certificate()
    assert older.body["ReplyEncryptionCertificate"] != stage.escrow_certificate()
    assert stage.reveals(anna, mac) == mac.key


def test_an_answer_opens_once_its_private_key_turns_up(stage: Stage, anna: Person, mac: Mac) -> None:
    """The certificates' table was damaged, and put back from a backup."""
    typed = mac.key
    stage.saves(anna, mac)
    stage.works()
    with _without_certificates(stage):
        stage.renews_escrow_certificate()
        stage.connects(mac)
        stage.works()
        assert [answer.state for answer in stage.answers(mac)] == [AnswerState.UNOPENED]
        stage.time_passes(days=4)
        stage.works()
        assert stage.deposit(mac).state is State.UNANSWERED
        assert stage.told(anna) == ["device-not-updated"]
    stage.works()
    assert stage.deposit(mac).state is State.STORED
    assert stage.kept(anna, mac) == [("rotated", mac.key), ("typed", typed)]
    assert (stage.answers(mac), stage.told(anna)) == ([], [])


def test_an_answer_opens_once_the_key_ring_is_put_back(
    stage: Stage, settings: Settings, anna: Person, mac: Mac
) -> None:
    """The portal ran on an old copy of the ring for a while: it lacked the key that sealed the certificate."""
    ring = settings.data / "keyring.json"
    old = ring.read_bytes()
    FileKeyRing(ring).rotate()
    stage.world = replace(stage.world, sealer=EnvelopeSealer(FileKeyRing(ring)))
    stage.time_passes(seconds=1)
    stage.renews_escrow_certificate()
    stage.saves(anna, mac)
    stage.works()
    whole = ring.read_bytes()
    ring.write_bytes(old)
    stage.world = replace(stage.world, sealer=EnvelopeSealer(FileKeyRing(ring)))
    stage.connects(mac)
    stage.works()
    assert [answer.state for answer in stage.answers(mac)] == [AnswerState.UNOPENED]
    ring.write_bytes(whole)
    stage.works()
    assert stage.deposit(mac).state is State.STORED
    assert stage.reveals(anna, mac) == mac.key


def test_security_info_opens_once_its_private_key_turns_up(stage: Stage, anna: Person) -> None:
    mac = stage.mac_with_escrow_profile(anna)
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.WITHOUT_KEY)
    stage.works()
    with _without_certificates(stage):
        stage.connects(mac)
        stage.works()
        assert stage.device(mac).escrows_to_us is False
    stage.works()
    assert stage.deposit(mac).state is State.STORED
    assert stage.kept(anna, mac)[0] == ("repaired", mac.key)
    assert stage.device(mac).escrows_to_us is True


def test_an_answer_is_tried_once_with_what_can_open(stage: Stage, anna: Person, mac: Mac) -> None:
    stage.saves(anna, mac)
    stage.works()
    stage.connects(mac, Does.FOR_ANOTHER)
    stage.works()
    tried = stage.answers(mac)
    envelopes = CountingEnvelopes()
    stage.world = replace(stage.world, envelopes=envelopes)
    stage.works()
    assert (envelopes.opened, stage.answers(mac)) == (0, tried)
    stage.renews_escrow_certificate()
    stage.works()
    stage.works()
    assert envelopes.opened == 1
    assert [answer.state for answer in stage.answers(mac)] == [AnswerState.UNOPENED]


def test_a_full_store_of_answers_is_tried_again_as_well(stage: Stage, anna: Person, mac: Mac) -> None:
    uuid = stage.saves(anna, mac).commands[0].uuid
    stage.works()
    stage.hears(*(mac.reports(uuid, "Acknowledged", Number=number) for number in range(KEPT_PER_DEVICE)))
    stage.renews_escrow_certificate()
    stage.works()
    assert len(stage.answers(mac)) == KEPT_PER_DEVICE


@contextmanager
def _without_certificates(stage: Stage) -> Iterator[None]:
    with stage.store.write() as tx:
        before = tx.identities.all()
        tx.connection.execute(delete(identities))
    yield
    with stage.store.write() as tx:
        for one in before:
            tx.identities.add(one)


def _crashes_on_the_answer(stage: Stage, mac: Mac) -> None:
    sound = stage.world
    stage.world = replace(sound, envelopes=CrashingEnvelopes())
    with pytest.raises(CrashError):
        stage.connects(mac)
    stage.world = sound
