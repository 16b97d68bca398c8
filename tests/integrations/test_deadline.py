"""An answer by a deadline (R14): whoever waits for Google is not kept, and neither is the process."""

import subprocess
import sys
import time
from threading import Event

import pytest

from integrations.calendars import answer_within
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
