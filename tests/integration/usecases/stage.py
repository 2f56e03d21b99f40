"""The portal's real use cases on a stage: people, background work and Macs act one after the other, each a while later.

Only the MDM server and the clock are not the real ones; both are in the test's hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import select

from sleutelkast.adapters.store.engine import SqlStore
from sleutelkast.adapters.store.schema import audit
from sleutelkast.domain.access import Ownership, Role
from sleutelkast.domain.deposit import Deposit, Line
from sleutelkast.domain.device import Device
from sleutelkast.domain.person import Person, Session
from sleutelkast.domain.recovery_key import RecoveryKey
from sleutelkast.usecases import manage
from sleutelkast.usecases.enrol_device import answer_binding
from sleutelkast.usecases.escrow import make_identity, present_identity
from sleutelkast.usecases.own_devices import notices
from sleutelkast.usecases.receive_report import receive_report
from sleutelkast.usecases.repository import Answer
from sleutelkast.usecases.reveal_key import reveal_key, versions
from sleutelkast.usecases.rotate_key import rotate_key
from sleutelkast.usecases.settle_due import settle_until_done
from sleutelkast.usecases.store_key import Saved, store_key, typed_key
from sleutelkast.usecases.upkeep import look_after
from sleutelkast.usecases.world import World
from tests.integration.usecases.mdm_in_memory import Call, Does, Mac, MdmInMemory
from tests.unit.http.harness import HandClock, add_person


@dataclass
class Stage:
    world: World
    store: SqlStore
    mdm: MdmInMemory
    clock: HandClock
    stranger: bytes = field(repr=False)
    """A certificate that is not the portal's."""

    def time_passes(self, **units: float) -> None:
        self.clock.pass_time(**units)

    # Who and what there is

    def person(self, username: str, *roles: Role) -> Person:
        return add_person(self.world, username, *roles)

    def new_mac(self, **properties: object) -> Mac:
        """A Mac that the portal has never heard of."""
        return Mac(self.mdm, self.clock, self.stranger, **properties)  # type: ignore[arg-type]

    def expected_mac(self, owner: Person, **properties: object) -> Mac:
        """A Mac that was given to somebody, and has not enrolled."""
        mac = self.new_mac(**properties)
        self.gives(mac, owner)
        return mac

    def enrolled_mac(self, owner: Person, **properties: object) -> Mac:
        mac = self.expected_mac(owner, **properties)
        self.hears(mac.authenticates(), mac.updates_token())
        return mac

    def mac_with_escrow_profile(self, owner: Person) -> Mac:
        """An enrolled Mac that escrows each key that it makes from now on."""
        return self.enrolled_mac(owner, escrow_certificate=self.escrow_certificate())

    def escrow_certificate(self) -> bytes:
        with self.store.read() as tx:
            return present_identity(self.world, tx).certificate

    def renews_escrow_certificate(self) -> None:
        with self.store.write() as tx:
            make_identity(self.world, tx, "Havenlicht")

    # What happens

    def gives(self, mac: Mac, owner: Person, ownership: Ownership = Ownership.PERSONAL) -> None:
        manage.assign_device(self.world, mac.serial, owner.username, ownership)

    def saves(self, person: Person, mac: Mac, key: str | None = None, idempotency_key: str | None = None) -> Deposit:
        """Somebody types a key, that of the Mac unless it is another, and saves it."""
        return self.saved(person, mac, key, idempotency_key).deposit

    def saved(self, person: Person, mac: Mac, key: str | None = None, idempotency_key: str | None = None) -> Saved:
        self.time_passes(seconds=1)
        typed = key or mac.key
        return store_key(self.world, person.actor, self.device(mac).id, typed, typed, idempotency_key)

    def rotates(self, person: Person, mac: Mac, idempotency_key: str | None = None) -> Deposit:
        """Somebody asks for a new key."""
        self.time_passes(seconds=1)
        return rotate_key(self.world, person.actor, self.device(mac).id, idempotency_key).deposit

    def learns(self, mac: Mac, **facts: object) -> None:
        """The portal comes to know this of the Mac."""
        device_id = self.device(mac).id
        with self.store.write() as tx:
            device = tx.devices.lock(device_id)
            assert device is not None
            tx.devices.save(replace(device, security_as_of=self.clock.now(), **facts))  # type: ignore[arg-type]
            look_after(self.world, tx, device_id)

    def works(self) -> int:
        """The background work does what is due."""
        self.time_passes(seconds=1)
        return settle_until_done(self.world)

    def connects(self, mac: Mac, does: Does = Does.AS_ASKED) -> None:
        """The Mac comes and works through its queue, and the portal hears of it at once."""
        self.hears(*mac.connects(does))

    def hears(self, *calls: Call) -> None:
        for call in calls:
            self.time_passes(seconds=1)
            assert self.world.reports.signed_by_us(call.body, call.signature)
            receive_report(self.world, call.body)

    def goes_round(self, mac: Mac, does: Does = Does.AS_ASKED) -> None:
        """The background work and the Mac take turns: the rotation, and SecurityInfo where it is asked."""
        self.works()
        self.connects(mac, does)
        self.works()
        self.connects(mac)

    def stores(self, person: Person, mac: Mac) -> Deposit:
        """A deposit, from Save to stored."""
        deposit_id = self.saves(person, mac).id
        self.works()
        self.connects(mac)
        return self.deposit(mac, deposit_id)

    # What can be seen

    def device(self, mac: Mac) -> Device:
        """By its UDID, else the one that is expected under its serial."""
        with self.store.read() as tx:
            found = tx.devices.by_udid(mac.udid) or tx.devices.by_serial(mac.serial)
        assert found is not None
        return found

    def devices(self) -> Sequence[Device]:
        with self.store.read() as tx:
            return tx.devices.all()

    def line(self, mac: Mac) -> Line:
        with self.store.read() as tx:
            return tx.deposits.line(self.device(mac).id)

    def deposit(self, mac: Mac, deposit_id: str | None = None) -> Deposit:
        """This deposit, or the latest."""
        return next(one for one in reversed(self.line(mac)) if deposit_id in {None, one.id})

    def states(self, mac: Mac) -> list[str]:
        return [str(one.state) for one in self.line(mac)]

    def answers(self, mac: Mac) -> Sequence[Answer]:
        """The raw answers that are kept of this Mac."""
        with self.store.read() as tx:
            return tx.answers.of(self.device(mac).id)

    def opens(self, answer: Answer) -> bytes:
        with self.store.read() as tx:
            return self.world.sealer.open(tx.answers.envelope(answer.id), answer_binding(answer)).reveal()

    def typed_key(self, mac: Mac, deposit: Deposit) -> RecoveryKey | None:
        with self.store.read() as tx:
            return typed_key(self.world, tx, self.device(mac).id, deposit.id)

    def told(self, person: Person) -> list[str]:
        """The toasts that the person has not dismissed."""
        return [str(told.notice.code) for told in notices(self.world, person.actor)]

    def session(self, person: Person) -> Session:
        """One in which the person has just signed in."""
        now = self.clock.now()
        return Session(self.world.new_id(), person.id, now, now, now)

    def reveals(self, person: Person, mac: Mac, version_id: str | None = None, reason: str | None = None) -> str:
        session = self.session(person)
        return reveal_key(self.world, person.actor, session, self.device(mac).id, version_id, reason).key.reveal()

    def kept(self, person: Person, mac: Mac) -> list[tuple[str, str]]:
        """Provenance and key of each version that the person can open, newest first."""
        listed = versions(self.world, person.actor, self.device(mac).id)
        return [(str(one.version.provenance), self.reveals(person, mac, one.version.id)) for one in listed]

    def audited(self, action: str) -> list[tuple[str | None, str, str | None]]:
        """Who did it or was denied, the outcome and its reason, oldest first."""
        found = select(audit.c.actor_id, audit.c.outcome, audit.c.reason).where(audit.c.action == action)
        with self.store.read() as tx:
            return [tuple(row) for row in tx.connection.execute(found.order_by(audit.c.id))]

    def quarantines(self, mac: Mac) -> None:
        device = self.device(mac)
        with self.store.write() as tx:
            tx.devices.save(replace(device, quarantined=True))
