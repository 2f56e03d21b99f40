"""Background work: Huey is the clock of `settle_due()` and its wake-up call, and that of the thread that sends mail.

Jobs carry nothing at all: what is due stands in the database. So a job that is lost with its process costs a second,
until the clock's next stroke.
"""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

import structlog
from huey import Huey, RedisHuey, SqliteHuey
from huey.consumer import Consumer, Scheduler

_log = structlog.get_logger()

_STROKE_SECONDS = 1
_IDLE_SECONDS = 0.02, 0.1
"""How long an idle worker sleeps before it looks again, at first and at most: a person waits for it."""
_BELL_RESTS_SECONDS = 0.01
"""Less than an idle worker sleeps; many people who save their keys at once must not wait for the queue."""
_WORKERS = 4
"""So many MDM servers' slow answers, or sweeps, at once."""
_CLEAN_EVERY_STROKES = 600
_MAIL_RESTS_SECONDS = 0.5
_MAIL_ENDS_SECONDS = 5.0
"""So long a mail that is being handed in keeps the process from ending; cut off, it is sent once more."""
_NAME = "sleutelkast"


class _Clock(Scheduler):  # type: ignore[misc]
    """Huey strikes once a minute; a person waits for less."""

    periodic_task_seconds = _STROKE_SECONDS


class _Consumer(Consumer):  # type: ignore[misc]
    scheduler_class = _Clock


def make_huey(jobs_url: str) -> Huey:
    """The queue behind a `sqlite:///PATH` or `redis://…` address."""
    if jobs_url.startswith("sqlite:///"):
        # Not synced to disk: a job that is lost costs a second, a wait for the disk costs every person one.
        return SqliteHuey(_NAME, filename=jobs_url.removeprefix("sqlite:///"), results=False, fsync=False)
    return RedisHuey(_NAME, url=jobs_url, results=False)


class Bell:
    """Calls that many make at once, passed on as one, by a thread of its own: who calls waits for nothing."""

    def __init__(self, ring: Callable[[], None], rest_seconds: float) -> None:
        """`ring` must not raise; it is called at once, and then again after a rest."""
        self._ring = ring
        self._rest = rest_seconds
        self._is_called = threading.Event()
        self._is_over = False
        self._thread: threading.Thread | None = None
        self._start = threading.Lock()

    def call(self) -> None:
        self._is_called.set()
        if self._thread is None:
            with self._start:
                if self._thread is None:
                    self._thread = threading.Thread(target=self._pass_on, name="bell", daemon=True)
                    self._thread.start()

    def _pass_on(self) -> None:
        while True:
            self._is_called.wait()
            self._is_called.clear()
            self._ring()
            if self._is_over and not self._is_called.is_set():
                return
            time.sleep(self._rest)

    def close(self, patience_seconds: float | None = None) -> None:
        """Pass on what was called, and end; what takes longer than the patience is left behind."""
        self._is_over = True
        self._is_called.set()
        if self._thread is not None:
            self._thread.join(patience_seconds)


class Jobs:
    """The background work of one process: `wake` calls for it, `work` does it."""

    def __init__(
        self, huey: Huey, settle: Callable[[], int], clean: Callable[[], int], send_mail: Callable[[], bool]
    ) -> None:
        """`send_mail` sends one mail, and says whether there was one."""
        self.huey = huey
        self._clean = clean
        self._send_mail = send_mail
        self._is_ending = False
        # A mail server that hangs holds up this thread, and none of those on which keys are stored.
        self._postman = Bell(_safely("send_mail", self._send_all_mail), _MAIL_RESTS_SECONDS)
        self._strokes = 0
        self._bell = Bell(_safely("wake", self._call), _BELL_RESTS_SECONDS)
        self._settle_task: Any = huey.task(name="settle_due")(_safely("settle_due", settle))
        huey.periodic_task(lambda _moment: True, name="stroke")(self._stroke)

    def wake(self) -> None:
        """Something is due. Where the call is lost, the clock's next stroke does the same."""
        self._bell.call()

    def _call(self) -> None:
        # One waiting call is enough for all that is due.
        if self.huey.pending_count() == 0:
            self._settle_task()

    def _stroke(self) -> None:
        self._strokes += 1
        self.wake()
        self._postman.call()
        if self._strokes % _CLEAN_EVERY_STROKES == 1:
            _safely("clean", self._clean)()

    def _send_all_mail(self) -> None:
        while not self._is_ending and self._send_mail():
            pass

    def work(self) -> None:
        """Do background work until SIGINT or SIGTERM; what is under way is finished."""
        consumer = _Consumer(
            self.huey,
            workers=_WORKERS,
            worker_type="thread",
            initial_delay=_IDLE_SECONDS[0],
            max_delay=_IDLE_SECONDS[1],
            scheduler_interval=_STROKE_SECONDS,
            check_worker_health=True,
        )
        # Huey drops the task at hand on SIGTERM and finishes it on SIGINT.
        signal.signal(signal.SIGTERM, lambda *_: signal.raise_signal(signal.SIGINT))
        consumer.run()

    def close(self) -> None:
        self._is_ending = True
        self._bell.close()
        self._postman.close(_MAIL_ENDS_SECONDS)


def _safely(name: str, work: Callable[[], object]) -> Callable[[], None]:
    def run() -> None:
        try:
            work()
        except Exception as error:
            # The type alone: the text of a database error repeats the values of a statement.
            _log.error("job.failed", job=name, error=type(error).__name__)

    run.__name__ = name
    return run


def is_shared(jobs_url: str) -> bool:
    """Whether several machines can share these jobs."""
    return urlsplit(jobs_url).scheme != "sqlite"
