"""Opening answers: whatever dies on the way, the Mac's new key is not lost and is kept once."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import NoReturn

import pytest
from sqlalchemy import update

from sleutelkast.adapters.mdm.cms import CmsEnvelopes
from sleutelkast.adapters.store.schema import answers
from sleutelkast.domain.deposit import State, Step, Verdict
from sleutelkast.domain.person import Person
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
    stage.saves(anna, mac)
    stage.works()
    *_, unusable = mac.connects(Does.DAMAGED)
    stage.hears(*[unusable] * (KEPT_PER_DEVICE + 3))
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


def _crashes_on_the_answer(stage: Stage, mac: Mac) -> None:
    sound = stage.world
    stage.world = replace(sound, envelopes=CrashingEnvelopes())
    with pytest.raises(CrashError):
        stage.connects(mac)
    stage.world = sound
