"""Crypt-Server's own database, to be read once."""
