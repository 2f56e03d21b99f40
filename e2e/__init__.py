"""The browser suite: people at browsers, and a portal that they see from outside only."""
