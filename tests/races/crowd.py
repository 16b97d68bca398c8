"""Many threads at one door at one moment, each with a database connection of its own."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any

from django.db import connection


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
