"""What stops a tool and can be mended by whoever called it."""


class MendableError(Exception):
    """The message says what is wrong and what to do about it."""
