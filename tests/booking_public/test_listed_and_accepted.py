"""What the slots address lists is what the details address books, in any visitor's zone (R4, R5, R20)."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.test import Client as Browser
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from practice_admin.models import Booking
from tests.booking_public.door import typed
from tests.practices import MINUTE, ODD_ZONES, Diary, practices

pytestmark = [pytest.mark.rule("R4"), pytest.mark.rule("R5"), pytest.mark.rule("R20")]

some = settings(max_examples=max(1, settings.default.max_examples // 3))  # whole pages are made: they cost more


def listed(browser: Browser, diary: Diary, zone: str) -> list[dict[str, str]]:
    """What the address lists for ten days from the visitor's own yesterday, each day under its own date."""
    first = diary.now.astimezone(ZoneInfo(zone)).date() - timedelta(days=1)
    days = browser.get(f"/book/discovery/slots/?from={first}&days=11&tz={zone}").json()["days"]
    assert all(slot["start"][:10] == day["date"] for day in days for slot in day["slots"])
    assert [day["date"] for day in days] == sorted({day["date"] for day in days})
    return [slot for day in days for slot in day["slots"]]


def post(browser: Browser, start: str, zone: str) -> int:
    status: int = browser.post("/book/discovery/details/", typed(start=start, time_zone=zone)).status_code
    return status


class ListedAndAccepted(TestCase):
    @some
    @given(practice=practices(), zone=st.sampled_from(ODD_ZONES), data=st.data())
    def test_whatever_the_address_lists_is_booked_and_anything_else_is_409(self, practice, zone, data) -> None:
        with time_machine.travel(practice.now, tick=False):
            diary, browser = practice.write(), Browser()
            if diary.client:
                browser.force_login(diary.client.user)
            slots = listed(browser, diary, zone)
            starts = [datetime.fromisoformat(slot["start"]) for slot in slots]
            assert starts == diary.listed()
            assert {datetime.fromisoformat(slot["end"]) - start for slot, start in zip(slots, starts, strict=True)} <= {
                diary.kind.duration_minutes * MINUTE
            }
            before = Booking.objects.count()
            own = Booking.objects.filter(client=diary.client, status__in=Booking.LIVE)
            answered = {*starts, *own.values_list("starts_at", flat=True)}  # one of their own leads to its page
            for start in (practice.now, *(each + MINUTE for each in starts[:2])):
                if start not in answered:
                    assert post(browser, start.isoformat(), zone) == 409
            assert Booking.objects.count() == before
            if slots:
                chosen = data.draw(st.sampled_from(slots))["start"]
                assert post(browser, chosen, zone) == 303
                assert Booking.objects.filter(starts_at=chosen, status="confirmed").exists()
                assert chosen not in [slot["start"] for slot in listed(browser, diary, zone)]
