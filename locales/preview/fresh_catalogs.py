"""Has a process of the portal read catalogs anew once they are newer; only the preview's processes load this.

Flask-Babel and gettext each keep what they once read. Python imports this module by the name `sitecustomize`, before
anything of the portal.
"""

import gettext
import os
from pathlib import Path
from typing import Any

import flask_babel

_FOLDER = Path(os.environ["PREVIEW_CATALOGS"])


class _Kept:
    """What was read, as long as no catalog is newer."""

    def __init__(self) -> None:
        self._read = self._newest()

    def forget_if_old(self, domain: flask_babel.Domain | None = None) -> None:
        newest = self._newest()
        if newest != self._read:
            self._read = newest
            gettext._translations.clear()  # type: ignore[attr-defined]
            _domains.clear()
        if domain is not None and id(domain) not in _domains:
            domain.cache.clear()
            _domains.add(id(domain))

    @staticmethod
    def _newest() -> int:
        return max((path.stat().st_mtime_ns for path in _FOLDER.glob("*/LC_MESSAGES/portal.mo")), default=0)


_domains: set[int] = set()
"""Those of Flask-Babel that have read nothing old since."""
_kept = _Kept()
_cache = flask_babel.Domain.get_translations_cache
_translation = gettext.translation


def _fresh_cache(domain: flask_babel.Domain, context: Any) -> Any:
    _kept.forget_if_old(domain)
    return _cache(domain, context)


def _fresh_translation(*arguments: Any, **named: Any) -> Any:
    _kept.forget_if_old()
    return _translation(*arguments, **named)


flask_babel.Domain.get_translations_cache = _fresh_cache
gettext.translation = _fresh_translation
