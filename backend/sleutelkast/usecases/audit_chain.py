"""The audit log's chain: links what was written down, keeps its head outside of the database, and proves the whole.

Linking is a step of the background work, by one process at a time and about once a second; it holds up nobody who
appends.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import timedelta
from functools import partial

from sleutelkast.domain.audit import NO_HEAD, Head, chained
from sleutelkast.domain.audit_inspection import Finding, Keys, Tampering, inspect
from sleutelkast.usecases.repository import Conflict, Transaction
from sleutelkast.usecases.world import World

AUDIT_ENTRY = "audit-entry"
"""What the key is for that entries are authenticated with."""
AUDIT_LINK = "audit-link"
LINKED_AFTER = timedelta(seconds=1)
"""So long an entry waits at least: to link each one by itself would cost a commit for each."""
_BATCH, _BATCHES = 500, 20
"""Entries in one transaction, and transactions in a row."""


def link_entries(world: World) -> int:
    """Link entries that wait; how many there were."""
    with world.store.read() as tx:
        since = tx.audit.waiting_since()
    if since is None or world.clock.now() - since < LINKED_AFTER:
        return 0
    counts = [_link_batch(world)]
    while counts[-1] == _BATCH and len(counts) < _BATCHES:
        counts.append(_link_batch(world))
    return sum(counts)


def _link_batch(world: World) -> int:
    try:
        with world.store.write() as tx:
            head, count = _link_waiting(world, tx)
    except Conflict:
        return 0
    if count:
        _keep_outside(world, head)
    return count


def _link_waiting(world: World, tx: Transaction) -> tuple[Head, int]:
    """The head that there is then, and how many entries were linked: none where another process is at it."""
    head = tx.audit.take_head()
    if head is None:
        return NO_HEAD, 0
    links = list(chained(head, tx.audit.to_link(_BATCH), partial(world.sealer.authenticate, AUDIT_LINK)))
    if not links:
        return head, 0
    tx.audit.link(links)
    return Head(links[-1].number, links[-1].link), len(links)


def _keep_outside(world: World, head: Head) -> None:
    kept = world.audit_heads.kept() or NO_HEAD
    if not kept_head_holds(world):
        # What was kept is the evidence: it is not written over.
        world.audit_heads.differs(kept, head)
    elif kept.count < head.count:
        world.audit_heads.keep(head)


def kept_head_holds(world: World) -> bool:
    """Whether the chain still has what was kept outside of the database: a quick look, and no proof of the rest."""
    kept = world.audit_heads.kept() or NO_HEAD
    with world.store.read() as tx:
        return kept.count == 0 or tx.audit.link_of(kept.count) == kept.link


def waiting_for(world: World) -> timedelta:
    """How long the oldest entry has waited to be linked; none where nothing was ever linked."""
    with world.store.read() as tx:
        since = tx.audit.waiting_since() if tx.audit.head() is not None else None
    return world.clock.now() - since if since is not None else timedelta(0)


def verify(world: World, others: Mapping[str, Head]) -> Iterator[Finding]:
    """What is wrong with the log, against the head that is kept outside and `others`, by the names of their places."""
    # Read before the entries are: the chain may grow meanwhile, and must not seem to be shorter than its head.
    kept = world.audit_heads.kept()
    heads = {**others, **({world.audit_heads.place: kept} if kept is not None else {})}
    keys = Keys(
        entry=partial(world.sealer.authenticate, AUDIT_ENTRY),
        link=partial(world.sealer.authenticate, AUDIT_LINK),
    )
    with world.store.read() as tx:
        try:
            yield from inspect(tx.audit.linked(), tx.audit.waiting(), tx.audit.head(), heads, keys)
        except (TypeError, ValueError) as error:
            yield Finding(Tampering.UNREADABLE, detail=type(error).__name__)


def present_head(world: World) -> Head:
    """The head of the chain, to be kept elsewhere."""
    with world.store.read() as tx:
        return tx.audit.head() or NO_HEAD


def adopt_entries(world: World) -> int:
    """Authenticate what a release without a chain wrote down, once; how many entries there were."""
    with world.store.write() as tx:
        return tx.audit.adopt()
