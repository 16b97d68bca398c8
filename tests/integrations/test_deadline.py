"""An answer by a deadline (R14): whoever waits for Google is not kept, and neither is the process."""

import subprocess
import sys
import time
from threading import Event
from threading import enumerate as all_threads

import pytest

from integrations.calendars import answer_within, deadline, forget_failures
from integrations.errors import VendorError

pytestmark = pytest.mark.rule("R14")


def test_what_was_asked_is_answered():
    assert answer_within(10, lambda: "yes") == "yes"


def test_what_the_question_raises_is_raised():
    def is_wrong():
        raise VendorError("Google Calendar", "refused with 400", retryable=False)

    with pytest.raises(VendorError, match="refused with 400") as caught:
        answer_within(10, is_wrong)
    assert not caught.value.retryable


def test_a_time_out_within_the_question_is_not_taken_for_the_deadline():
    def times_out():
        raise TimeoutError("from a socket")

    with pytest.raises(TimeoutError, match="from a socket"):
        answer_within(10, times_out)


def test_a_late_answer_is_a_retryable_error_by_the_deadline():
    heard, began = Event(), time.monotonic()

    with pytest.raises(VendorError, match="did not answer in time") as caught:
        answer_within(0.1, lambda: heard.wait(30))
    heard.set()

    assert caught.value.retryable
    assert time.monotonic() - began < 10


def failing(*, retryable: bool):
    def ask():
        raise VendorError("Google Calendar", "refused", retryable=retryable)

    return ask


def test_after_a_late_answer_nobody_else_waits_for_a_while():
    heard = Event()
    with pytest.raises(VendorError, match="did not answer in time"):
        answer_within(0.05, lambda: heard.wait(30))
    asked, began = [], time.monotonic()

    with pytest.raises(VendorError, match="was not asked again yet") as caught:
        answer_within(10, lambda: asked.append(1))
    heard.set()

    assert caught.value.retryable
    assert asked == []
    assert time.monotonic() - began < 5


def test_after_an_outage_nobody_asks_for_a_while_and_then_again(monkeypatch):
    with pytest.raises(VendorError, match="refused"):
        answer_within(10, failing(retryable=True))
    with pytest.raises(VendorError, match="was not asked again yet"):
        answer_within(10, lambda: "yes")

    clock = time.monotonic
    monkeypatch.setattr(deadline.time, "monotonic", lambda: clock() + deadline.REST_SECONDS)

    assert answer_within(10, lambda: "yes") == "yes"


def test_an_error_that_is_no_outage_keeps_nobody_from_asking():
    with pytest.raises(VendorError, match="refused"):
        answer_within(10, failing(retryable=False))

    assert answer_within(10, lambda: "yes") == "yes"


def test_no_more_than_a_few_questions_are_under_way_at_once():
    heard, asked = Event(), []
    for _ in range(deadline.MOST_UNDER_WAY):
        with pytest.raises(VendorError, match="did not answer in time"):
            answer_within(0.01, lambda: heard.wait(30))
        forget_failures()  # as after the rest, with Google as slow as before

    with pytest.raises(VendorError, match="too many questions") as caught:
        answer_within(10, lambda: asked.append(1))
    heard.set()
    ended = [thread for thread in all_threads() if thread.name == "calendar-question"]
    for thread in ended:
        thread.join(timeout=10)

    assert caught.value.retryable
    assert asked == []
    assert answer_within(10, lambda: "yes") == "yes"


def test_a_question_that_never_ends_does_not_keep_the_process():
    script = """
import time
from integrations.calendars.deadline import answer_within
from integrations.errors import VendorError
try:
    answer_within(0.1, lambda: time.sleep(600))
except VendorError as error:
    print(error.reason)
"""
    ended = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=True)

    assert ended.stdout == "did not answer in time\n"
