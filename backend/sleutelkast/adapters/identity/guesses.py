"""Which passwords are tried first by whoever guesses, by the lists and the estimate of zxcvbn."""

from __future__ import annotations

from collections.abc import Sequence

from sleutelkast.domain.secret import SecretBytes

_LONGEST_ESTIMATED = 72
"""The estimate takes longer the longer a password is; this much of it says enough."""
_LEAST_GUESSES = 10**8
"""What somebody who guesses at the sign-in page, past every limit and for years, does not get through."""


class EarlyGuesses:
    """Common passwords, and what is made of them by well-known habits."""

    def are_early(self, password: SecretBytes, words: Sequence[str]) -> bool:
        # Loaded when a password is set: that is seldom, and the lists take a moment and some memory.
        from zxcvbn import zxcvbn

        start = password.reveal().decode()[:_LONGEST_ESTIMATED]
        return int(zxcvbn(start, user_inputs=list(words))["guesses"]) < _LEAST_GUESSES
