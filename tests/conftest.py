"""Every run of the tests is the same run: Hypothesis draws its examples from the test itself, not from chance."""

from __future__ import annotations

from hypothesis import settings

settings.register_profile("the same every time", derandomize=True)
settings.load_profile("the same every time")
