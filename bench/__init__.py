"""Measures what the portal achieves on this machine."""
