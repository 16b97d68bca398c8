"""An answer by a deadline, or an error by it: whoever waits is never kept longer, whatever the network does.

Two more things protect them while Google ails, each for this process alone. No more than a few questions are under way
at once, the late ones that nobody hears any more among them. And for some seconds after one failed none is asked:
whoever books next does not wait in vain for what the one before them waited for.
"""

import time
from collections.abc import Callable
from concurrent.futures import Future, wait
from threading import BoundedSemaphore, Thread
from typing import TypeVar

from integrations.calendars.google_errors import VENDOR
from integrations.errors import VendorError

MOST_UNDER_WAY = 8  # threads, each for as long as its own time-outs allow
REST_SECONDS = 10.0
T = TypeVar("T")

_places = BoundedSemaphore(MOST_UNDER_WAY)
_rest = {"until": 0.0}  # by the monotonic clock


def answer_within(seconds: float, question: Callable[[], T]) -> T:
    """What `question` answers, if it does so in time. Raises what it raises; VendorError, retryable, when it is late.

    It is asked in a thread of its own, since the time-out of a socket starts anew with each packet and each request.
    One that is late goes on, heard by nobody, until its own time-outs end it, so it needs some; the process may exit
    meanwhile. It must not touch the database: nobody would close the thread's connection.

    Not asked at all, with the same error at once, within ten seconds of a question that was late or failed with a
    VendorError that is retryable, and while eight questions are under way.
    """
    if time.monotonic() < _rest["until"]:
        raise VendorError(VENDOR, "did not answer a moment ago and was not asked again yet", retryable=True)
    if not _places.acquire(blocking=False):
        raise VendorError(VENDOR, "was not asked: too many questions wait for an answer", retryable=True)
    answer: Future[T] = Future()
    Thread(target=_ask, args=(question, answer), name="calendar-question", daemon=True).start()
    if not wait([answer], timeout=seconds).done:
        raise _failed(VendorError(VENDOR, "did not answer in time", retryable=True))
    error = answer.exception()
    if isinstance(error, VendorError):
        raise _failed(error)
    return answer.result()


def forget_failures() -> None:
    """Ask again at once: for whoever knows that Google answers, and for tests, of which one breaks it for the next."""
    _rest["until"] = 0.0


def _failed(error: VendorError) -> VendorError:
    if error.retryable:
        _rest["until"] = time.monotonic() + REST_SECONDS
    return error


def _ask(question: Callable[[], T], answer: Future[T]) -> None:
    try:
        found = question()
    except BaseException as error:  # all of it belongs to whoever waits
        _places.release()
        answer.set_exception(error)
    else:
        _places.release()
        answer.set_result(found)
