"""Sleutelkast: a portal in which people keep the FileVault recovery key of their Mac."""

__version__ = "0.1.0"
