"""Logs: one JSON object a line, on standard error. What is logged is named where it is logged; nothing is collected."""

from __future__ import annotations

import logging
import sys

import structlog


def configure() -> None:
    """Set up logging for a process of the portal."""
    logging.basicConfig(stream=sys.stderr, level=logging.WARNING, format="%(levelname)s %(name)s %(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
