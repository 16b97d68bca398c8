"""Other hours on single dates, from the hours page."""

from datetime import date, time

import pytest
import time_machine

from practice_admin.models import HoursOverride
from tests.factories import NOW, make_client, make_session_type
from tests.practice_admin.workspace.week_form import rows_of

pytestmark = pytest.mark.django_db

PAGE, DATE, CLEAR = "/admin/hours/", "/admin/hours/date/", "/admin/hours/date/clear/"


@pytest.fixture(autouse=True)
def friday():
    """Friday 27 November 2026, noon in Lisbon."""
    with time_machine.travel(NOW, tick=False):
        yield


def test_coming_dates_are_listed_in_words(desk, text):
    HoursOverride.objects.create(on=date(2026, 12, 24))
    open_saturday = HoursOverride.objects.create(on=date(2026, 11, 28), opens_at=time(10), closes_at=time(14))
    open_saturday.session_types.add(make_session_type(name="Discovery call"))
    HoursOverride.objects.create(on=date(2027, 1, 1))
    HoursOverride.objects.create(on=date(2026, 11, 26))
    days = desk.get(PAGE).context["other_days"]
    assert [day.name for day in days] == ["Sat 28 Nov", "Thu 24 Dec", "Fri 1 Jan 2027"]
    words = text(desk.get(PAGE))
    assert "10:00 to 14:00, Discovery call only" in words
    assert "Thu 24 Dec" in words
    assert "Thu 26 Nov" not in words


def date_form(on: str, kind: str, *rows) -> dict:
    return {"on": on, "kind": kind} | rows_of("date", *rows)


def test_a_date_is_closed_then_opened_then_follows_the_week_again(desk, text):
    words = text(desk.post(DATE, date_form("2026-12-24", "closed", ("", "")), follow=True))
    assert "Thu 24 Dec is saved." in words
    assert str(HoursOverride.objects.get()) == "2026-12-24: closed"
    desk.post(DATE, date_form("2026-12-24", "open", ("10:00", "14:00")))
    assert str(HoursOverride.objects.get()) == "2026-12-24: 10:00 to 14:00"
    words = text(desk.post(CLEAR, {"on": "2026-12-24"}, follow=True))
    assert "Thu 24 Dec follows your week again." in words
    assert not HoursOverride.objects.exists()


def test_the_form_for_a_date_can_be_filled_with_what_is_set(desk, text):
    HoursOverride.objects.create(on=date(2026, 12, 24), opens_at=time(10), closes_at=time(14))
    form = desk.get(PAGE, {"date": "2026-12-24"}).context["date_form"]
    assert (form["on"].value(), form["kind"].value()) == (date(2026, 12, 24), "open")
    assert form.spans.forms[0]["opens_at"].value() == time(10)
    assert desk.get(PAGE, {"date": "2026-12-25"}).context["date_form"]["kind"].value() == "closed"
    assert desk.get(PAGE, {"date": "someday"}).status_code == 200


@pytest.mark.parametrize(
    ("form", "field", "told"),
    [
        (date_form("2026-11-26", "closed"), "on", "That day is over."),
        (date_form("2036-11-26", "closed"), "on", "within the next three years"),
        (date_form("", "closed"), "on", "Please choose a day."),
        (date_form("someday", "closed"), "on", "Please write a day like"),
        (date_form("0001-01-01", "closed"), "on", "Please choose a day from 2000 to 2199."),
        (date_form("9999-12-31", "closed"), "on", "Please choose a day from 2000 to 2199."),
        (date_form("2026-12-24", ""), "kind", "Closed, or open at other hours?"),
        (date_form("2026-12-24", "open", ("", "")), "kind", "Please give the hours"),
    ],
)
def test_a_bad_date_is_told_beside_its_field_and_nothing_changes(desk, text, form, field, told):
    answer = desk.post(DATE, form)
    assert answer.status_code == 422
    assert list(answer.context["date_form"].errors) == [field]
    assert told in text(answer)
    assert f'value="{form["on"]}"' in text(answer) or not form["on"]
    assert not HoursOverride.objects.exists()


@pytest.mark.parametrize(
    ("rows", "row", "field"),
    [
        ([("14:00", "10:00")], 0, "closes_at"),
        ([("10:00", "14:00"), ("13:00", "15:00")], 1, "opens_at"),
        ([("10:00", "")], 0, "closes_at"),
        ([("ten", "14:00")], 0, "opens_at"),
    ],
)
def test_bad_hours_of_a_date_are_told_beside_their_field(desk, text, rows, row, field):
    HoursOverride.objects.create(on=date(2026, 12, 24))
    answer = desk.post(DATE, date_form("2026-12-24", "open", *rows))
    assert answer.status_code == 422
    assert list(answer.context["date_form"].spans.forms[row].errors) == [field]
    assert all(f'value="{typed}"' in text(answer) for one in rows for typed in one if typed)
    assert str(HoursOverride.objects.get()) == "2026-12-24: closed"


def test_a_date_that_is_over_stays_as_it_was(desk, text):
    HoursOverride.objects.create(on=date(2026, 11, 26))
    assert "That day is over." in text(desk.post(CLEAR, {"on": "2026-11-26"}, follow=True))
    assert HoursOverride.objects.exists()
    assert desk.post(CLEAR, {"on": "someday"}).status_code == 404


def test_nobody_else_sets_a_date(client):
    HoursOverride.objects.create(on=date(2026, 12, 25))
    client.force_login(make_client().user)
    assert client.post(DATE, date_form("2026-12-24", "closed")).status_code == 403
    assert client.post(CLEAR, {"on": "2026-12-25"}).status_code == 403
    assert str(HoursOverride.objects.get()) == "2026-12-25: closed"


@pytest.mark.parametrize("address", [DATE, CLEAR])
def test_looking_changes_nothing(desk, address):
    assert desk.get(address).status_code == 405
