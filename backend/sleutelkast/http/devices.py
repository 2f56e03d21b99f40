"""The person's devices: deposits, reveals, checks and notices."""

from __future__ import annotations

from flask import Blueprint, Response, g, jsonify, make_response, request

from sleutelkast.domain.compliance import Access
from sleutelkast.domain.deposit import Deposit
from sleutelkast.domain.device import Device, causes, checked_in_since, message
from sleutelkast.domain.person import Person
from sleutelkast.domain.versions import Version
from sleutelkast.http import models
from sleutelkast.http.guard import Caller, acting, for_caller, the_world
from sleutelkast.http.limits import CHECKS, DEPOSITS, REVEALS, ROTATIONS, by_person, limited
from sleutelkast.http.openapi import api
from sleutelkast.usecases import own_devices as own
from sleutelkast.usecases.check_status import check_status, latest_check
from sleutelkast.usecases.repository import Check
from sleutelkast.usecases.reveal_key import Listed, reveal_key, versions
from sleutelkast.usecases.rotate_key import rotate_key
from sleutelkast.usecases.store_key import store_key

routes = Blueprint("devices", __name__, url_prefix="/api/v1")


@routes.get("/devices")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.DevicesOut}, query=models.Page)
def get_devices(query: models.Page) -> models.DevicesOut:
    """The person's own devices."""
    found = own.own_devices(the_world(), acting(), query.after, query.limit + 1)
    page = found[: query.limit]
    following = page[-1].device.id if len(found) > query.limit else None
    return models.DevicesOut(items=[device_out(one) for one in page], next=following)


@routes.get("/devices/<device_id>")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.DeviceOut})
def get_device(device_id: str) -> models.DeviceOut:
    """One device; 404 for what the person may not see."""
    return device_out(own.see_device(the_world(), acting(), device_id))


@routes.patch("/devices/<device_id>")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.DeviceOut}, json=models.DeviceChange)
def patch_device(device_id: str, json: models.DeviceChange) -> models.DeviceOut:
    """Give the device a name; an empty one brings its own name back."""
    return device_out(own.rename_device(the_world(), acting(), device_id, json.name))


@routes.post("/devices/<device_id>/deposits")
@for_caller(Caller.SIGNED_IN)
@limited(DEPOSITS, by=by_person)
@api(
    answers={200: models.DepositOut, 202: models.DepositOut},
    problems=(429,),
    json=models.DepositIn,
    headers=models.Repeatable,
)
def post_deposit(device_id: str, json: models.DepositIn, headers: models.Repeatable) -> tuple[models.DepositOut, int]:
    """Store a recovery key: sealed and committed when this answers. The same key again is the same deposit."""
    typed, confirmation = json.recovery_key.get_secret_value(), json.confirmation.get_secret_value()
    saved = store_key(the_world(), acting(), device_id, typed, confirmation, headers.idempotency_key)
    return _deposit(saved.deposit, saved.device), 202 if saved.is_new else 200


@routes.post("/devices/<device_id>/rotations")
@for_caller(Caller.SIGNED_IN)
@limited(ROTATIONS, by=by_person)
@api(
    answers={200: models.DepositOut, 202: models.DepositOut},
    problems=(409, 422, 429),
    headers=models.Repeatable,
)
def post_rotation(device_id: str, headers: models.Repeatable) -> tuple[models.DepositOut, int]:
    """Have the Mac replace the kept recovery key. One that is under way is the same rotation."""
    saved = rotate_key(the_world(), acting(), device_id, headers.idempotency_key)
    return _deposit(saved.deposit, saved.device), 202 if saved.is_new else 200


@routes.get("/devices/<device_id>/deposits/<deposit_id>")
@for_caller(Caller.SIGNED_IN, unattended=True)
@api(answers={200: models.DepositOut, 304: None})
def get_deposit(device_id: str, deposit_id: str) -> Response:
    """One deposit of a device, or its `latest`; with an ETag, for those who ask again and again."""
    wanted = None if deposit_id == "latest" else deposit_id
    seen = own.see_deposit(the_world(), acting(), device_id, wanted)
    response = jsonify(_deposit(seen.deposit, seen.device, key_kept=seen.key_kept).model_dump(mode="json"))
    response.add_etag()
    response.make_conditional(request)
    return response


@routes.post("/devices/<device_id>/reveals")
@for_caller(Caller.SIGNED_IN)
@limited(REVEALS, by=by_person)
@api(answers={201: models.RevealOut}, problems=(429,), json=models.RevealIn)
def post_reveal(device_id: str, json: models.RevealIn) -> tuple[models.RevealOut, int]:
    """Show the present recovery key, or one version. Never kept, cached or repeated."""
    revealed = reveal_key(the_world(), acting(), g.session, device_id, json.version, json.reason)
    answer = models.RevealOut(
        recovery_key=revealed.key.reveal(),
        groups=list(revealed.key.groups()),
        version=revealed.listed.version.id,
        visible_until=revealed.visible_until,
    )
    return answer, 201


@routes.get("/devices/<device_id>/versions")
@for_caller(Caller.SIGNED_IN)
@api(answers={200: models.VersionsOut}, problems=(403,))
def get_versions(device_id: str) -> models.VersionsOut:
    """The keys that are kept of a device, newest first, without the keys."""
    return models.VersionsOut(items=[_version(one) for one in versions(the_world(), acting(), device_id)], next=None)


@routes.post("/devices/<device_id>/checks")
@for_caller(Caller.SIGNED_IN)
@limited(CHECKS, by=by_person)
@api(answers={202: models.CheckOut}, problems=(429,))
def post_check(device_id: str) -> tuple[models.CheckOut, int]:
    """Ask the Mac to check in."""
    world, actor = the_world(), acting()
    check = check_status(world, actor, device_id)
    return _check(check, own.see_device(world, actor, device_id)), 202


@routes.get("/devices/<device_id>/checks/latest")
@for_caller(Caller.SIGNED_IN, unattended=True)
@api(answers={200: models.CheckOut})
def get_latest_check(device_id: str) -> models.CheckOut:
    """How the latest check stands."""
    world, actor = the_world(), acting()
    return _check(latest_check(world, actor, device_id), own.see_device(world, actor, device_id))


@routes.get("/notices")
@for_caller(Caller.SIGNED_IN, unattended=True)
@api(answers={200: models.NoticesOut})
def get_notices() -> models.NoticesOut:
    """What the person has not dismissed yet, oldest first."""
    items = [
        models.NoticeOut(
            id=told.notice.id,
            code=told.notice.code.value,
            device=_notice_device(told.device),
            by=told.by,
            created_at=told.notice.created_at,
        )
        for told in own.notices(the_world(), acting())
    ]
    return models.NoticesOut(items=items, next=None)


def _notice_device(device: Device | None) -> models.NoticeDevice | None:
    return models.NoticeDevice(id=device.id, name=device.name) if device is not None else None


@routes.delete("/notices/<notice_id>")
@for_caller(Caller.SIGNED_IN)
@api(answers={204: None})
def delete_notice(notice_id: str) -> Response:
    """Dismiss a notice for good."""
    own.dismiss_notice(the_world(), acting(), notice_id)
    return make_response("", 204)


def device_out(seen: own.Seen) -> models.DeviceOut:
    device = seen.device
    return models.DeviceOut(
        id=device.id,
        name=device.name,
        model=device.model,
        os_version=device.os_version,
        serial=device.serial,
        ownership=device.ownership.value,
        owner=short(seen.owner) if seen.owner is not None else None,
        quarantined=device.quarantined,
        encrypted=device.filevault_enabled,
        has_recovery_key=device.has_recovery_key,
        escrows_by_itself=device.escrows_to_us,
        last_check_in=device.last_check_in,
        deposit=_latest_deposit(seen),
        escrowed=_escrowed(seen.escrowed) if seen.escrowed is not None else None,
        stale=seen.stale.value if seen.stale is not None else None,
        access=_access(seen.access),
        remedy=_remedy(seen.access),
        actions=[action.value for action in seen.actions],  # type: ignore[misc]
    )


def short(person: Person) -> models.PersonShort:
    return models.PersonShort(id=person.id, username=person.username, name=person.name)


def _latest_deposit(seen: own.Seen) -> models.DepositOut | None:
    if seen.deposit is None:
        return None
    return _deposit(seen.deposit, seen.device, key_kept=seen.escrowed is not None)


def _deposit(deposit: Deposit, device: Device, *, key_kept: bool = True) -> models.DepositOut:
    told = message(deposit, key_kept=key_kept)
    return models.DepositOut(
        id=deposit.id,
        kind=deposit.kind.value,
        state=deposit.state.value,
        step=deposit.step.value if deposit.step is not None else None,
        message=told.value if told is not None else None,
        causes=[
            models.CauseOut(code=one.code.value, known=one.known) for one in causes(deposit, device, key_kept=key_kept)
        ],
        waiting=own.waits_for_the_mac(deposit, device),
        device_checked_in_since=checked_in_since(deposit.created_at, device),
        created_at=deposit.created_at,
        settled_at=deposit.settled_at,
    )


def _escrowed(version: Version) -> models.EscrowedOut:
    return models.EscrowedOut(since=version.as_of, version=version.id, provenance=version.provenance.value)


def _access(access: Access) -> models.AccessOut:
    return models.AccessOut(state=access.state.value, until=access.until)


def _remedy(access: Access) -> models.RemedyCode | None:
    return access.remedy.value if access.remedy is not None else None


def _version(listed: Listed) -> models.VersionOut:
    version = listed.version
    return models.VersionOut(
        id=version.id,
        provenance=version.provenance.value,
        confirmed=version.confirmed,
        present=listed.is_present,
        may_be_newer=listed.may_be_newer,
        created_at=version.as_of,
    )


def _check(check: Check, seen: own.Seen) -> models.CheckOut:
    return models.CheckOut(
        id=check.id,
        state=check.state.value,
        access=_access(seen.access),
        remedy=_remedy(seen.access),
        last_check_in=seen.device.last_check_in,
        created_at=check.created_at,
        waits_until=check.created_at + the_world().policy.check_wait,
        settled_at=check.settled_at,
    )
