"""Reaches people outside of the portal: by mail."""
