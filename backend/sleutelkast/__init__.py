"""Sleutelkast: a portal in which people keep the FileVault recovery key of their Mac."""
