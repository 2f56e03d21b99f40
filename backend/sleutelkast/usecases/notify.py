"""Tells a person something, in the portal; and by mail what they may have to know before they come back."""

from __future__ import annotations

from sleutelkast.domain.mail import MailKind
from sleutelkast.usecases.mail import write_mail
from sleutelkast.usecases.repository import Notice, NoticeCode, Transaction
from sleutelkast.usecases.world import World

_BY_MAIL = {
    NoticeCode.STORE_ASKED: MailKind.STORE_ASKED,
    NoticeCode.KEY_REVEALED: MailKind.KEY_REVEALED,
    NoticeCode.DEVICE_NOT_UPDATED: MailKind.DEVICE_NOT_UPDATED,
    NoticeCode.ROTATION_FAILED: MailKind.ROTATION_FAILED,
    NoticeCode.DEVICE_REASSIGNED: MailKind.DEVICE_REASSIGNED,
    NoticeCode.OWNERSHIP_CHANGED: MailKind.OWNERSHIP_CHANGED,
    NoticeCode.CREDENTIAL_RESET: MailKind.CREDENTIAL_RESET,
    NoticeCode.REVEAL_REQUESTED: MailKind.REVEAL_REQUESTED,
    NoticeCode.PASSWORD_CHANGED: MailKind.PASSWORD_CHANGED,
    NoticeCode.PASSKEY_ADDED: MailKind.PASSKEY_ADDED,
    NoticeCode.PASSKEY_REMOVED: MailKind.PASSKEY_REMOVED,
}
"""Who asked to see a key waits in the portal for the answer: that is told there alone."""


def notify(
    world: World, tx: Transaction, person_id: str, code: NoticeCode, device_id: str | None, actor_id: str | None = None
) -> None:
    """Leave a notice that stays until the person dismisses it; `actor_id` is who did what it tells of."""
    tx.notices.add(Notice(world.new_id(), person_id, device_id, code, world.clock.now(), actor_id))
    if code in _BY_MAIL:
        write_mail(world, tx, _BY_MAIL[code], person_id, device_id, actor_id)
