"""`sleutelkast serve` whose server writes no audit entry: what the log costs shows beside the real one.

For measuring alone; nothing of the portal reaches it.
"""

from __future__ import annotations

import sys

from sleutelkast import cli
from sleutelkast.adapters.store.audit import SqlAudit
from sleutelkast.domain.audit import AuditEntry


def _drop(self: SqlAudit, entry: AuditEntry) -> None:
    """Stands for `append`."""


# At once: the processes that answer requests import this module, and do not run it.
SqlAudit.append = _drop  # type: ignore[method-assign]

if __name__ == "__main__":
    sys.exit(cli.main())
