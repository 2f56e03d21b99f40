"""Support and other people's keys: corporate ones for a reason, personal ones never, by whatever path."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from sleutelkast.domain.access import Ownership, Permission, Role
from sleutelkast.domain.approval import ApprovalPolicy, RequestState
from sleutelkast.domain.person import Person
from sleutelkast.domain.secret import SecretBytes
from sleutelkast.usecases import manage
from sleutelkast.usecases.check_status import check_status
from sleutelkast.usecases.errors import (
    AlreadyDecided,
    ApprovalRequired,
    CredentialReset,
    Forbidden,
    NoKey,
    NotFound,
    OwnRequest,
    PersonalDevice,
    ReasonRequired,
    Refusal,
    SignInAgain,
)
from sleutelkast.usecases.own_devices import notices, see_device
from sleutelkast.usecases.repository import UnknownPlace
from sleutelkast.usecases.request_reveal import (
    RECENT,
    Asked,
    closed_requests,
    decide_request,
    latest_request,
    open_requests,
    request_reveal,
)
from sleutelkast.usecases.reveal_key import reveal_key, versions
from tests.integration.usecases.mdm_in_memory import Mac
from tests.integration.usecases.stage import Stage

REASON = "Anna calls from the train, her Mac is locked"
CORPORATE, PERSONAL = Ownership.CORPORATE, Ownership.PERSONAL


# A corporate Mac


def test_support_sees_the_key_of_a_corporate_mac_for_a_reason(
    stage: Stage, anna: Person, sanne: Person, corporate: Mac
) -> None:
    assert stage.reveals(sanne, corporate, reason=REASON) == corporate.key
    (told,) = notices(stage.world, anna.actor)
    assert (str(told.notice.code), told.by) == ("key-revealed", "Sanne")
    assert stage.audited("reveal") == [(sanne.id, "done", REASON)]


def test_an_owner_is_not_told_of_what_they_did_themselves(stage: Stage, anna: Person, corporate: Mac) -> None:
    stage.reveals(anna, corporate)
    assert stage.told(anna) == []


@pytest.mark.parametrize("reason", [None, "", " \n "], ids=["none", "empty", "blanks"])
def test_without_a_reason_nothing_is_shown(
    stage: Stage, anna: Person, sanne: Person, corporate: Mac, reason: str | None
) -> None:
    with pytest.raises(ReasonRequired):
        stage.reveals(sanne, corporate, reason=reason)
    assert stage.told(anna) == []
    assert stage.audited("reveal") == [(sanne.id, "denied", "reason-required")]


def test_support_needs_a_fresh_sign_in_as_well(stage: Stage, sanne: Person, corporate: Mac) -> None:
    session = stage.session(sanne)
    stage.clock.moment += stage.world.policy.sessions.fresh_sign_in
    with pytest.raises(SignInAgain):
        reveal_key(stage.world, sanne.actor, session, stage.device(corporate).id, reason=REASON)


def test_what_was_typed_and_not_confirmed_stays_with_who_typed_it(
    stage: Stage, anna: Person, sanne: Person, corporate: Mac
) -> None:
    stage.saves(anna, corporate, "ABCD-EFGH-1JKL-MNOP-QRST-2345")
    stage.goes_round(corporate)
    (unconfirmed,) = [one for one in _listed(stage, anna, corporate) if not one.version.confirmed]
    assert all(one.version.confirmed for one in _listed(stage, sanne, corporate))
    with pytest.raises(NotFound):
        stage.reveals(sanne, corporate, unconfirmed.version.id, REASON)


def test_a_role_that_was_taken_away_shows_nothing(stage: Stage, sanne: Person, corporate: Mac) -> None:
    without = replace(sanne, roles=frozenset({Role.AUDITOR}))
    with pytest.raises(NotFound):
        stage.reveals(without, corporate, reason=REASON)


# A personal Mac: never


def test_a_personal_key_is_its_owners_alone(stage: Stage, anna: Person, staff: Person, personal: Mac) -> None:
    (version, *_) = _listed(stage, anna, personal)
    for version_id in (None, version.version.id, "no such version"):
        with pytest.raises(PersonalDevice):
            stage.reveals(staff, personal, version_id, REASON)
    with pytest.raises(PersonalDevice):
        versions(stage.world, staff.actor, stage.device(personal).id)
    with pytest.raises(PersonalDevice):
        request_reveal(stage.world, staff.actor, stage.device(personal).id, REASON)
    seen = see_device(stage.world, staff.actor, stage.device(personal).id)
    assert Permission.REVEAL not in seen.actions
    assert seen.escrowed is not None


def test_a_mac_without_a_key_answers_support_like_one_with_a_key(stage: Stage, anna: Person, staff: Person) -> None:
    empty = stage.enrolled_mac(anna)
    with pytest.raises(PersonalDevice):
        stage.reveals(staff, empty, reason=REASON)


def test_making_it_corporate_opens_nothing_that_was_personal(
    stage: Stage, anna: Person, staff: Person, personal: Mac
) -> None:
    kept = [one.version.id for one in _listed(stage, anna, personal)]
    stage.gives(personal, anna, CORPORATE)
    assert stage.told(anna) == ["ownership-changed"]
    _sees_nothing(stage, staff, personal, kept)
    assert stage.reveals(anna, personal) == personal.key


def test_the_audit_log_tells_who_may_see_more_since_when(stage: Stage, anna: Person, personal: Mac) -> None:
    """The owner stays the same: the ownership alone is what lets support see keys from now on."""
    stage.gives(personal, anna, CORPORATE)
    assert [reason for _, _, reason in stage.audited("device-assigned")] == ["personal", "corporate"]
    stage.person("boss", Role.SUPPORT, Role.ADMINISTRATOR)
    assert [reason for _, _, reason in stage.audited("person-added")] == [None, "administrator support"]


def test_giving_it_to_support_opens_nothing_of_the_former_owner(
    stage: Stage, anna: Person, staff: Person, personal: Mac
) -> None:
    kept = [one.version.id for one in _listed(stage, anna, personal)]
    for ownership in (CORPORATE, PERSONAL):
        stage.gives(personal, staff, ownership)
        assert "device-reassigned" in stage.told(anna)
        _sees_nothing(stage, staff, personal, kept)


def test_a_deposit_that_was_on_its_way_opens_nothing_either(stage: Stage, anna: Person, staff: Person) -> None:
    """The owner typed the key; while the Mac was away, somebody made the Mac theirs or the organization's."""
    mac = stage.enrolled_mac(anna)
    stage.saves(anna, mac)
    stage.works()
    stage.gives(mac, staff, CORPORATE)
    stage.connects(mac)
    assert stage.states(mac) == ["stored"]
    _sees_nothing(stage, staff, mac, [])


def test_a_key_that_was_found_later_opens_nothing_either(stage: Stage, anna: Person, staff: Person) -> None:
    """The former owner's Mac made a new key by itself after it was taken from them in the portal."""
    mac = stage.mac_with_escrow_profile(anna)
    stage.stores(anna, mac)
    stage.gives(mac, staff, CORPORATE)
    mac.changes_key()
    _is_asked(stage, staff, mac)
    _sees_nothing(stage, staff, mac, [])
    stage.gives(mac, anna)
    assert mac.key in [key for _, key in stage.kept(anna, mac)]


def test_a_reset_sign_in_shows_no_key_of_a_personal_mac_for_a_while(stage: Stage, anna: Person, personal: Mac) -> None:
    manage.reset_password(stage.world, "anna", SecretBytes(b"known to support"))
    assert stage.told(anna) == ["credential-reset"]
    with pytest.raises(CredentialReset) as refusal:
        stage.reveals(anna, personal)
    until = stage.clock.now() + stage.world.policy.reset_wait
    assert refusal.value.params == {"until": until.isoformat(timespec="seconds").replace("+00:00", "Z")}
    stage.clock.moment = until - timedelta(seconds=1)
    with pytest.raises(CredentialReset):
        stage.reveals(anna, personal)
    stage.clock.moment = until
    assert stage.reveals(anna, personal) == personal.key


@pytest.mark.parametrize("turns_first", [True, False], ids=["before the reset", "after the reset"])
def test_turning_the_mac_corporate_does_not_lift_that(
    stage: Stage, anna: Person, personal: Mac, turns_first: bool
) -> None:
    if turns_first:
        stage.gives(personal, anna, CORPORATE)
    manage.reset_password(stage.world, "anna", SecretBytes(b"known to support"))
    if not turns_first:
        stage.gives(personal, anna, CORPORATE)
    for version_id in (None, *(one.version.id for one in _listed(stage, anna, personal))):
        with pytest.raises(CredentialReset):
            stage.reveals(anna, personal, version_id)
    stage.clock.moment += stage.world.policy.reset_wait
    assert stage.reveals(anna, personal) == personal.key


def test_a_reset_sign_in_shows_the_key_of_a_corporate_mac(stage: Stage, anna: Person, corporate: Mac) -> None:
    manage.reset_password(stage.world, "anna", SecretBytes(b"known to support"))
    assert stage.reveals(anna, corporate) == corporate.key


# With the approval of a second person


def test_a_second_person_approves_and_the_key_is_shown_for_a_while(
    strict: Stage, sanne: Person, ada: Person, corporate: Mac
) -> None:
    with pytest.raises(ApprovalRequired):
        strict.reveals(sanne, corporate, reason=REASON)
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    assert [one.request.id for one in open_requests(strict.world, ada.actor)] == [asked.request.id]
    with pytest.raises(ApprovalRequired):
        strict.reveals(sanne, corporate, reason=REASON)
    decided = decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    assert (decided.state, strict.told(sanne)) == (RequestState.APPROVED, ["reveal-approved"])
    assert strict.reveals(sanne, corporate, reason=REASON) == corporate.key
    strict.clock.moment += strict.world.policy.approval.valid
    with pytest.raises(ApprovalRequired):
        strict.reveals(sanne, corporate, reason=REASON)


def test_what_was_denied_is_not_shown(strict: Stage, sanne: Person, ada: Person, corporate: Mac) -> None:
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    decide_request(strict.world, ada.actor, asked.request.id, approve=False)
    assert strict.told(sanne) == ["reveal-denied"]
    with pytest.raises(ApprovalRequired):
        strict.reveals(sanne, corporate, reason=REASON)
    with pytest.raises(AlreadyDecided):
        decide_request(strict.world, ada.actor, asked.request.id, approve=True)


def test_nobody_decides_twice_late_or_on_their_own(strict: Stage, ada: Person, corporate: Mac) -> None:
    own = request_reveal(strict.world, ada.actor, strict.device(corporate).id, REASON)
    second = strict.person("arno", Role.ADMINISTRATOR)
    with pytest.raises(OwnRequest):
        decide_request(strict.world, ada.actor, own.request.id, approve=True)
    assert strict.audited("reveal-decided") == [(ada.id, "denied", "own-request")]
    assert _ids(open_requests(strict.world, ada.actor)) == [own.request.id]
    strict.clock.moment += strict.world.policy.approval.wait
    with pytest.raises(AlreadyDecided):
        decide_request(strict.world, second.actor, own.request.id, approve=True)
    assert latest_request(strict.world, ada.actor, strict.device(corporate).id).state is RequestState.EXPIRED


def test_who_decides_reads_who_asks_for_which_mac_why_and_until_when(
    strict: Stage, anna: Person, sanne: Person, ada: Person, corporate: Mac
) -> None:
    request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    (asked,) = open_requests(strict.world, ada.actor)
    assert (asked.requester.id, asked.owner and asked.owner.id, asked.request.reason) == (sanne.id, anna.id, REASON)
    assert (asked.device.serial, asked.until, asked.decider) == (
        corporate.serial,
        strict.clock.now() + strict.world.policy.approval.wait,
        None,
    )


def test_what_was_decided_is_listed_for_a_while_the_latest_first(
    strict: Stage, sanne: Person, ada: Person, corporate: Mac
) -> None:
    device_id, hour = strict.device(corporate).id, timedelta(hours=1)
    unanswered = request_reveal(strict.world, sanne.actor, device_id, "nobody looks").request.id
    strict.clock.moment += strict.world.policy.approval.wait
    denied = request_reveal(strict.world, sanne.actor, device_id, "no").request.id
    others = request_reveal(strict.world, ada.actor, device_id, "my own").request.id
    strict.clock.moment += hour
    decide_request(strict.world, strict.person("arno", Role.ADMINISTRATOR).actor, others, approve=True)
    strict.clock.moment += hour
    decide_request(strict.world, ada.actor, denied, approve=False)
    waits = request_reveal(strict.world, sanne.actor, device_id, "once more").request.id

    closed = closed_requests(strict.world, ada.actor, None, 10)
    states = [(one.request.id, one.state, one.decider and one.decider.username) for one in closed]
    assert states == [
        (denied, RequestState.DENIED, "ada"),
        (others, RequestState.EXPIRED, "arno"),
        (unanswered, RequestState.EXPIRED, None),
    ]
    assert _ids(open_requests(strict.world, ada.actor)) == [waits]
    assert _ids(closed_requests(strict.world, ada.actor, None, 1)) == [denied]
    assert _ids(closed_requests(strict.world, ada.actor, denied, 1)) == [others]
    assert _ids(closed_requests(strict.world, ada.actor, others, 5)) == [unanswered]
    with pytest.raises(UnknownPlace):
        closed_requests(strict.world, ada.actor, "no request", 5)
    strict.clock.moment += RECENT
    assert closed_requests(strict.world, ada.actor, None, 10) == []


def test_only_administrators_decide(strict: Stage, anna: Person, sanne: Person, corporate: Mac) -> None:
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    other = strict.person("sem", Role.SUPPORT, Role.AUDITOR)
    for person in (anna, other):
        with pytest.raises(Forbidden):
            decide_request(strict.world, person.actor, asked.request.id, approve=True)
        with pytest.raises(Forbidden):
            open_requests(strict.world, person.actor)
        with pytest.raises(Forbidden):
            closed_requests(strict.world, person.actor, None, 10)
    assert strict.audited("reveal-decided") == [
        (anna.id, "denied", "forbidden"),
        (other.id, "denied", "forbidden"),
    ]


def test_an_approval_is_for_one_person_and_one_mac(
    strict: Stage, anna: Person, sanne: Person, ada: Person, corporate: Mac
) -> None:
    other_mac = strict.enrolled_mac(anna)
    strict.gives(other_mac, anna, CORPORATE)
    strict.stores(anna, other_mac)
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    with pytest.raises(ApprovalRequired):
        strict.reveals(sanne, other_mac, reason=REASON)
    with pytest.raises(ApprovalRequired):
        strict.reveals(ada, corporate, reason=REASON)


@pytest.mark.parametrize("is_approved", [True, False], ids=["approved before", "nobody decided before"])
def test_a_request_lapses_when_the_mac_changes_hands(
    strict: Stage, sanne: Person, ada: Person, corporate: Mac, is_approved: bool
) -> None:
    """Who approved read whose Mac it is: that says nothing of the next owner's key."""
    carla = strict.person("carla")
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    if is_approved:
        decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    strict.gives(corporate, carla, CORPORATE)
    lapsed_at = strict.clock.now()
    strict.stores(carla, corporate)
    assert (strict.told(ada), strict.told(sanne)) == ([], [])
    with pytest.raises(ApprovalRequired):
        strict.reveals(sanne, corporate, reason=REASON)
    with pytest.raises(AlreadyDecided):
        decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    with pytest.raises(NotFound):
        latest_request(strict.world, sanne.actor, strict.device(corporate).id)
    assert open_requests(strict.world, ada.actor) == []
    (closed,) = closed_requests(strict.world, ada.actor, None, 10)
    assert (closed.state, closed.until) == (RequestState.EXPIRED, lapsed_at)
    again = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    assert again.request.id != asked.request.id


def test_a_request_stands_while_the_mac_stays_with_its_owner(
    strict: Stage, anna: Person, sanne: Person, ada: Person, corporate: Mac
) -> None:
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    strict.gives(corporate, anna, CORPORATE)
    decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    assert strict.reveals(sanne, corporate, reason=REASON) == corporate.key


def test_all_who_may_decide_are_told_until_one_has(strict: Stage, sanne: Person, ada: Person, corporate: Mac) -> None:
    second, gone = strict.person("arno", Role.ADMINISTRATOR), strict.person("gijs", Role.ADMINISTRATOR)
    manage.disable_person(strict.world, "gijs")
    asked = request_reveal(strict.world, ada.actor, strict.device(corporate).id, REASON)
    assert [strict.told(one) for one in (second, ada, gone, sanne)] == [["reveal-requested"], [], [], []]
    others = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    assert (strict.told(second), strict.told(ada)) == (["reveal-requested"], ["reveal-requested"])
    decide_request(strict.world, second.actor, asked.request.id, approve=False)
    assert strict.told(second) == ["reveal-requested"]
    decide_request(strict.world, second.actor, others.request.id, approve=False)
    assert (strict.told(second), strict.told(ada)) == ([], ["reveal-denied"])


def test_nobody_is_told_of_a_request_that_waited_too_long(
    strict: Stage, sanne: Person, ada: Person, corporate: Mac
) -> None:
    request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    strict.clock.moment += strict.world.policy.approval.wait
    assert strict.told(ada) == []


@pytest.mark.parametrize("flips_first", [True, False], ids=["before the decision", "after it"])
def test_an_approval_opens_no_mac_that_turned_personal(
    strict: Stage, anna: Person, sanne: Person, ada: Person, corporate: Mac, flips_first: bool
) -> None:
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    if flips_first:
        strict.gives(corporate, anna, PERSONAL)
        with pytest.raises(AlreadyDecided):
            decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    else:
        decide_request(strict.world, ada.actor, asked.request.id, approve=True)
        strict.gives(corporate, anna, PERSONAL)
    with pytest.raises(PersonalDevice):
        strict.reveals(sanne, corporate, reason=REASON)
    with pytest.raises(PersonalDevice):
        latest_request(strict.world, sanne.actor, strict.device(corporate).id)
    strict.stores(anna, corporate)
    strict.gives(corporate, anna, CORPORATE)
    again = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    decide_request(strict.world, ada.actor, again.request.id, approve=True)
    for one in _listed(strict, anna, corporate):
        if one.version.bound.ownership is PERSONAL:
            with pytest.raises(NotFound):
                strict.reveals(sanne, corporate, one.version.id, REASON)
    assert strict.reveals(anna, corporate) == corporate.key
    assert strict.reveals(sanne, corporate, reason=REASON) != corporate.key


def test_an_approval_is_nothing_without_the_role(strict: Stage, sanne: Person, ada: Person, corporate: Mac) -> None:
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    with pytest.raises(NotFound):
        strict.reveals(replace(sanne, roles=frozenset()), corporate, reason=REASON)


def test_what_was_approved_is_the_key_that_opens_the_mac_now(
    strict: Stage, anna: Person, sanne: Person, ada: Person, corporate: Mac
) -> None:
    asked = request_reveal(strict.world, sanne.actor, strict.device(corporate).id, REASON)
    decide_request(strict.world, ada.actor, asked.request.id, approve=True)
    strict.stores(anna, corporate)
    assert strict.reveals(sanne, corporate, reason=REASON) == corporate.key


def test_asked_twice_it_is_the_same_request(strict: Stage, sanne: Person, corporate: Mac) -> None:
    device_id = strict.device(corporate).id
    first = request_reveal(strict.world, sanne.actor, device_id, REASON)
    assert request_reveal(strict.world, sanne.actor, device_id, "again").request == first.request


def test_asked_anew_what_was_told_of_the_request_before_is_taken_back(
    strict: Stage, sanne: Person, ada: Person, corporate: Mac
) -> None:
    device_id, other = strict.device(corporate).id, strict.person("sem", Role.SUPPORT)
    for person in (sanne, other):
        asked = request_reveal(strict.world, person.actor, device_id, REASON)
        decide_request(strict.world, ada.actor, asked.request.id, approve=False)
    request_reveal(strict.world, sanne.actor, device_id, "It is urgent now")
    assert (strict.told(sanne), strict.told(other)) == ([], ["reveal-denied"])


@pytest.mark.parametrize("reason", [None, "  "], ids=["none", "blanks"])
def test_a_request_has_a_reason(strict: Stage, sanne: Person, corporate: Mac, reason: str | None) -> None:
    with pytest.raises(ReasonRequired):
        request_reveal(strict.world, sanne.actor, strict.device(corporate).id, reason)


def test_an_owner_needs_nobodys_approval(strict: Stage, anna: Person, corporate: Mac) -> None:
    assert strict.reveals(anna, corporate) == corporate.key
    with pytest.raises(Forbidden):
        request_reveal(strict.world, anna.actor, strict.device(corporate).id, REASON)


def _ids(every: Sequence[Asked]) -> list[str]:
    return [one.request.id for one in every]


def _listed(stage: Stage, person: Person, mac: Mac) -> list:  # type: ignore[type-arg]
    return list(versions(stage.world, person.actor, stage.device(mac).id))


def _is_asked(stage: Stage, person: Person, mac: Mac) -> None:
    """The Mac answers SecurityInfo, which a check of its status asks."""

    check_status(stage.world, person.actor, stage.device(mac).id)
    stage.works()
    stage.connects(mac)
    stage.works()


def _sees_nothing(stage: Stage, person: Person, mac: Mac, version_ids: list[str]) -> None:
    assert _listed(stage, person, mac) == []
    with pytest.raises(NoKey):
        stage.reveals(person, mac, reason=REASON)
    for version_id in version_ids:
        with pytest.raises(Refusal):
            stage.reveals(person, mac, version_id, REASON)


@pytest.fixture
def sanne(stage: Stage) -> Person:
    return stage.person("sanne", Role.SUPPORT)


@pytest.fixture
def ada(stage: Stage) -> Person:
    return stage.person("ada", Role.ADMINISTRATOR)


@pytest.fixture(params=[(Role.SUPPORT,), (Role.ADMINISTRATOR,), tuple(Role)], ids=["support", "administrator", "all"])
def staff(stage: Stage, request: pytest.FixtureRequest) -> Person:
    return stage.person("staff", *request.param)


@pytest.fixture
def personal(stage: Stage, anna: Person, mac: Mac) -> Mac:
    """Anna's own, with a kept key."""
    stage.stores(anna, mac)
    return mac


@pytest.fixture
def corporate(stage: Stage, anna: Person) -> Mac:
    """The organization's, used by Anna, with a kept key."""
    mac = stage.enrolled_mac(anna)
    stage.gives(mac, anna, CORPORATE)
    stage.clock.moment += timedelta(seconds=1)
    with stage.store.write() as tx:
        for notice in tx.notices.of(anna.id):
            tx.notices.dismiss(notice.id, anna.id)
    stage.stores(anna, mac)
    return mac


@pytest.fixture
def strict(stage: Stage) -> Stage:
    """With the policy that a second person approves each reveal by somebody else."""
    approval = ApprovalPolicy(required=True, wait=timedelta(hours=8), valid=timedelta(minutes=30))
    stage.world = replace(stage.world, policy=replace(stage.world.policy, approval=approval))
    return stage
