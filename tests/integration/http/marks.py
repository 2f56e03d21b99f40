"""Marks of the tests of the HTTP interface."""

from __future__ import annotations

import pytest

sqlite_alone = pytest.mark.parametrize("database", ["sqlite"], indirect=True)
"""For what is decided before any database is asked."""
