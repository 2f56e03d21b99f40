"""The one sweep of the background work: finds what is due and does it, each step committed and repeatable.

Everything that waits is a row in the database, so a lost job, a crash or a restart loses nothing; any number of
workers may sweep side by side.
"""

from __future__ import annotations

from functools import partial

from sleutelkast.domain import deposit as machine
from sleutelkast.usecases.audit_chain import link_entries
from sleutelkast.usecases.check_status import push_for_checks, time_out_checks
from sleutelkast.usecases.deliver_commands import deliver_due_commands
from sleutelkast.usecases.inquire import inquire
from sleutelkast.usecases.line import move
from sleutelkast.usecases.open_answers import open_answers_left_behind, open_kept_answers
from sleutelkast.usecases.rotate_key import rotate_as_policy_has_it
from sleutelkast.usecases.sign_in_oidc import forget_what_is_over
from sleutelkast.usecases.world import World

_BATCH = 50
_INQUIRIES = 10
_SWEEPS = 20


def settle_due(world: World) -> int:
    """Do everything that is due now; how much there was."""
    done = open_answers_left_behind(world, _BATCH)
    done += open_kept_answers(world, _BATCH)
    done += _time_out_deposits(world)
    done += inquire(world, _INQUIRIES)
    done += rotate_as_policy_has_it(world, _BATCH)
    done += deliver_due_commands(world, _BATCH)
    done += push_for_checks(world, _BATCH)
    done += time_out_checks(world)
    # Last: what goes wrong with the audit log must not keep a key from being stored. It makes nothing else due.
    link_entries(world)
    return done


def settle_until_done(world: World) -> int:
    """Sweep until a sweep finds nothing, since one step makes the next one due; bounded, as the clock strikes again."""
    done = [settle_due(world)]
    while done[-1] and len(done) < _SWEEPS:
        done.append(settle_due(world))
    return sum(done)


def _time_out_deposits(world: World) -> int:
    now, timeout = world.clock.now(), world.policy.answer_timeout
    with world.store.read() as tx:
        due = tx.deposits.devices_with_timeouts(now, timeout, _BATCH)
    for device_id in due:
        with world.store.write() as tx:
            device = tx.devices.lock(device_id)
            if device is not None:
                move(world, tx, device, partial(machine.time_passed, now=now, timeout=timeout))
    return len(due)


def clean(world: World) -> int:
    """Forget what the policy keeps no longer: what ended of sessions, links and sign-ins, and needless typed keys."""
    now, policy = world.clock.now(), world.policy
    with world.store.write() as tx:
        ended = tx.sessions.end_unused(now - policy.sessions.idle, now - policy.sessions.life)
        ended += tx.password_links.forget_over(now) + tx.challenges.forget_over(now)
        ended += forget_what_is_over(tx, now)
        return ended + tx.deposits.forget_typed_keys_settled_before(now - policy.typed_key_kept)
