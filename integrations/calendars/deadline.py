"""An answer by a deadline, or an error by it: whoever waits is never kept longer, whatever the network does."""

from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import Thread
from typing import TypeVar

from integrations.calendars.google_errors import VENDOR
from integrations.errors import VendorError

T = TypeVar("T")


def answer_within(seconds: float, question: Callable[[], T]) -> T:
    """What `question` answers, if it does so in time. Raises what it raises; VendorError, retryable, when it is late.

    It is asked in a thread of its own, since the time-out of a socket starts anew with each packet and each request.
    One that is late goes on, heard by nobody, until its own time-outs end it, so it needs some; the process may exit
    meanwhile. It must not touch the database: nobody would close the thread's connection.
    """
    answer: Future[T] = Future()
    Thread(target=_ask, args=(question, answer), name="calendar-question", daemon=True).start()
    if not wait([answer], timeout=seconds).done:
        raise VendorError(VENDOR, "did not answer in time", retryable=True)
    return answer.result()


def _ask(question: Callable[[], T], answer: Future[T]) -> None:
    try:
        answer.set_result(question())
    except BaseException as error:  # all of it belongs to whoever waits
        answer.set_exception(error)
