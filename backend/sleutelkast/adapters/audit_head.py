"""Keeps the audit log's head in a file of the data folder, and says it in the log, which often leaves the machine."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

import structlog

from sleutelkast.domain.audit import Head, parse_head


class AuditHeadFile:
    """The port `AuditHeads`: one line, replaced at once so that a crash leaves the old or the new one."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.place = str(path)
        self._log = structlog.get_logger()

    def kept(self) -> Head | None:
        try:
            return parse_head(self._path.read_text(encoding="ascii"))
        except (OSError, ValueError):
            return None

    def keep(self, head: Head) -> None:
        fresh = self._path.with_name(f".{self._path.name}.{secrets.token_hex(4)}")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(f"{head}\n")
            file.flush()
            os.fsync(descriptor)
        fresh.replace(self._path)
        self._log.info("audit.head", count=head.count, link=head.link.hex())

    def differs(self, kept: Head, head: Head) -> None:
        self._log.error("audit.head_differs", kept=str(kept), found=str(head), place=self.place)
