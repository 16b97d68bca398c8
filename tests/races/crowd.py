"""Many threads at one door at one moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from time import monotonic, sleep
from typing import Any

from django.db import connection

WAITING = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"


def rush(count: int, act: Callable[[int], Any]) -> tuple[list[Any], float]:
    """Call `act(number)` in `count` threads at one moment: what each returned or raised, and the seconds it took."""
    gate = threading.Barrier(count)

    def one(number: int) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return act(number)
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(count) as pool:
        futures = [pool.submit(one, number) for number in range(count)]
        begun = monotonic()
        return [future.result() for future in futures], monotonic() - begun


class Meeting:
    """Two acts that meet at the worst moment: the second comes while the first stands between two of its statements.

    `first.pause` is what the first act calls there (a test puts it before the step in question). It goes on once the
    second act has ended, or waits at a lock of PostgreSQL's: which of the two it is, is what the guards are for.
    """

    def __init__(self, first: Callable[[], Any], second: Callable[[], Any]) -> None:
        self.first, self.second = first, second
        self.is_paused, self.ended = threading.Event(), []
        self.other: Future[Any] | None = None

    def pause(self) -> None:
        """Let the second act come, once; called by the first one's thread alone."""
        if threading.current_thread() is not self.thread or self.is_paused.is_set():
            return
        self.is_paused.set()
        deadline = monotonic() + 20
        while self.other is None or not (self.other.done() or _somebody_waits()):
            assert monotonic() < deadline, "the second act neither ended nor waited"
            sleep(0.005)

    def __call__(self) -> tuple[Any, Any]:
        """What each returned or raised; `ended` says in which order they did."""
        with ThreadPoolExecutor(2) as pool:
            one = pool.submit(self._run, "first", self.first)
            assert self.is_paused.wait(20) or one.done()
            assert self.is_paused.is_set(), one.result()
            self.other = pool.submit(self._run, "second", self.second)
            return one.result(), self.other.result()

    def _run(self, name: str, act: Callable[[], Any]) -> Any:
        if name == "first":
            self.thread = threading.current_thread()
        try:
            return act()
        except Exception as error:
            return error
        finally:
            self.ended.append(name)
            connection.close()


def _somebody_waits() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_stat_clear_snapshot()")  # within a transaction the first look is kept otherwise
        cursor.execute(WAITING)
        return bool(cursor.fetchone()[0])
