"""Which passwords are tried first by whoever guesses, by the lists and the estimate of zxcvbn."""

from __future__ import annotations

import threading
from collections.abc import Sequence

from sleutelkast.domain.secret import SecretBytes

_LONGEST_ESTIMATED = 32
"""What is hard to guess is so within these signs. Of twice as many, chosen for it (`4@8({[<36(9#!1|0$5+7%2`, again and
again), the estimate would take seconds, during which it holds up every other thread."""
_LEAST_GUESSES = 10**8
"""What somebody who guesses at the sign-in page, past every limit and for years, does not get through."""


class EarlyGuesses:
    """Common passwords, and what is made of them by well-known habits."""

    def __init__(self) -> None:
        self._turn = threading.Lock()

    def are_early(self, password: SecretBytes, words: Sequence[str]) -> bool:
        # Loaded when a password is set: that is seldom, and the lists take a moment and some memory.
        from zxcvbn import zxcvbn

        start = password.reveal().decode()[:_LONGEST_ESTIMATED]
        with self._turn:
            return int(zxcvbn(start, user_inputs=list(words))["guesses"]) < _LEAST_GUESSES
