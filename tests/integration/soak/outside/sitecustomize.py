"""Loaded by every Python process of a portal under test: a run is over before the true lease of a claim expires.

The lease is what a process that was killed leaves behind; the rest of the portal is as it is.
"""

from __future__ import annotations

from datetime import timedelta

from sleutelkast.usecases import deliver_commands

deliver_commands.LEASE = timedelta(seconds=4)
