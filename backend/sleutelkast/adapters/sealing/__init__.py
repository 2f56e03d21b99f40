"""Envelope encryption of everything secret that the portal keeps."""
