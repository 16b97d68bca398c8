"""The page with her hours: the week as one form, and single dates."""

from datetime import date, time, timedelta

import pytest
import time_machine
from django.urls import reverse

from practice_admin.models import Block, Booking, HoursOverride, Practice, WeeklyHours
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, open_every_day
from tests.practice_admin.workspace.week_form import rows_of, week_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/hours/"
WEEK, DATE, CLEAR = "/admin/hours/week/", "/admin/hours/date/", "/admin/hours/date/clear/"


@pytest.fixture(autouse=True)
def friday():
    """Friday 27 November 2026, noon in Lisbon."""
    with time_machine.travel(NOW, tick=False):
        yield


def errors_of(answer, day: int) -> list[dict[str, list[str]]]:
    return [dict(form.errors) for form in answer.context["week"].days[day].forms]


def week() -> list[str]:
    return [str(row) for row in WeeklyHours.objects.all()]


def test_the_page_shows_the_week_to_scale(desk, text):
    WeeklyHours.objects.create(weekday=0, opens_at=time(7, 30), closes_at=time(13))
    limited = WeeklyHours.objects.create(weekday=2, opens_at=time(14), closes_at=time(20, 15))
    limited.session_types.add(make_session_type(name="<i>Call</i>", colour="plum"))
    words = text(desk.get(PAGE))
    assert 'style="--begins: 420; --ends: 1260;"' in words
    assert 'style="--from: 450; --to: 780;"' in words
    assert "07:30 to 13:00" in words
    assert "plan__span--limited desk-colour--plum" in words
    assert "(&lt;i&gt;Call&lt;/i&gt; only)" in words
    assert "<i>Call" not in words


def test_without_hours_the_form_is_open_and_every_day_closed(desk, text):
    words = text(desk.get(PAGE))
    assert words.count(">Closed<") == 7
    assert '<details class="hours-edit" open>' in words
    open_every_day()
    assert '<details class="hours-edit" open>' not in text(desk.get(PAGE))


def test_a_week_is_saved_as_a_whole(desk, text):
    open_every_day()
    call = make_session_type()
    typed = {0: [("09:00", "13:00"), ("14:00", "18:00", [call.pk]), ("", "")], 3: [("9", "10.30")]}
    answer = desk.post(WEEK, week_of(typed), follow=True)
    assert answer.redirect_chain == [(PAGE, 302)]
    assert "Your week is saved." in text(answer)
    assert week() == ["Monday 09:00 to 13:00", "Monday 14:00 to 18:00", "Thursday 09:00 to 10:30"]
    assert [list(row.session_types.all()) for row in WeeklyHours.objects.all()] == [[], [call], []]


def test_a_span_goes_when_it_is_ticked_or_emptied(desk):
    open_every_day()
    form = week_of({}) | rows_of("day0", ("09:00", "12:00", [], "on"), ("13:00", "14:00"), stored=2)
    form |= rows_of("day1", ("", ""), stored=1)
    desk.post(WEEK, form)
    assert week() == ["Monday 13:00 to 14:00"]


def test_what_is_wrong_in_a_span_that_goes_does_not_matter(desk):
    desk.post(WEEK, week_of({0: [("25:00", "soon", [], "on"), ("09:00", "10:00")]}))
    assert week() == ["Monday 09:00 to 10:00"]


@pytest.mark.parametrize(
    ("rows", "row", "field", "told"),
    [
        ([("15:00", "12:00")], 0, "closes_at", "It has to close after it opens."),
        ([("09:00", "09:00")], 0, "closes_at", "It has to close after it opens."),
        ([("09:00", "13:00"), ("12:00", "15:00")], 1, "opens_at", "This overlaps 09:00 to 13:00."),
        ([("", ""), ("09:00", "13:00"), ("10:00", "11:00")], 2, "opens_at", "This overlaps 09:00 to 13:00."),
        ([("09:00", "")], 0, "closes_at", "When does it close?"),
        ([("", "17:00")], 0, "opens_at", "When does it open?"),
        ([("half nine", "17:00")], 0, "opens_at", "Please write a time like 09:30."),
        ([("09:00", "24:30")], 0, "closes_at", "Please write a time like 09:30."),
        ([("09:00", "10:00", ["404"])], 0, "session_types", "One of these session types is gone."),
    ],
)
def test_bad_hours_are_told_beside_their_field_and_nothing_changes(desk, text, rows, row, field, told):
    open_every_day()
    before = week()
    answer = desk.post(WEEK, week_of({4: rows, 5: [("06:06", "07:07")]}))
    assert answer.status_code == 422
    marked = errors_of(answer, 4)
    assert list(marked[row]) == [field]
    assert marked[row][field][0].startswith(told)
    assert sum(len(one) for one in marked) == 1
    assert week() == before
    for typed in [*(part for one in rows for part in one[:2]), "06:06", "07:07"]:
        assert f'value="{typed}"' in text(answer) or not typed


def test_a_time_that_no_clock_field_shows_comes_back_in_a_plain_one(desk, text):
    answer = desk.post(WEEK, week_of({0: [("half nine", "17:00")]}))
    assert 'type="text" name="day0-0-opens_at" value="half nine"' in text(answer)
    assert 'type="time" name="day0-0-closes_at" value="17:00"' in text(answer)


def test_a_span_limited_to_types_overlaps_one_for_all(desk):
    call = make_session_type()
    answer = desk.post(WEEK, week_of({0: [("09:00", "13:00"), ("12:00", "14:00", [call.pk])]}))
    assert "opens_at" in errors_of(answer, 0)[1]
    assert not WeeklyHours.objects.exists()


def test_types_without_times_are_half_a_span(desk):
    call = make_session_type()
    answer = desk.post(WEEK, week_of({0: [("", "", [call.pk])]}))
    assert errors_of(answer, 0)[0] == {"opens_at": ["When does it open?"]}


def test_more_spans_than_a_day_can_hold_are_refused(desk, text):
    answer = desk.post(WEEK, week_of({0: [(f"{hour:02}:00", f"{hour:02}:30") for hour in range(13)]}))
    assert answer.status_code == 422
    assert "A day can have 12 spans at most." in text(answer)
    assert not WeeklyHours.objects.exists()


def test_half_a_page_is_refused_and_the_week_stays(desk, text):
    open_every_day()
    answer = desk.post(WEEK, {})
    assert answer.status_code == 422
    assert "The page came back incomplete." in text(answer)
    assert WeeklyHours.objects.count() == 7


def test_rows_that_were_taken_off_the_page_leave_gaps_that_do_not_matter(desk):
    form = week_of({0: [("", "")] * 20 + [("09:00", "10:00")]})
    kept = {name: value for name, value in form.items() if value != ""}
    assert desk.post(WEEK, kept).status_code == 302
    assert week() == ["Monday 09:00 to 10:00"]


def test_mondays_hours_can_be_given_to_all_workdays(desk):
    call = make_session_type()
    typed = {0: [("09:00", "12:00", [call.pk])], 2: [("20:00", "21:00")], 5: [("10:00", "11:00")]}
    desk.post(WEEK, week_of(typed, copy_monday="yes"))
    assert week() == [
        *(f"{day} 09:00 to 12:00" for day in ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")),
        "Saturday 10:00 to 11:00",
    ]
    assert WeeklyHours.objects.filter(session_types=call).count() == 5


def test_what_is_wrong_on_monday_is_told_there_alone_when_it_is_copied(desk):
    answer = desk.post(WEEK, week_of({0: [("09:00", "08:00")], 1: [("10:00", "11:00")]}, copy_monday="yes"))
    assert list(errors_of(answer, 0)[0]) == ["closes_at"]
    assert errors_of(answer, 1) == [{}]
    assert not WeeklyHours.objects.exists()


def test_who_is_booked_outside_the_new_hours_is_named_and_stays_booked(desk, text):
    open_every_day()
    alice = make_client(name="<b>Alice</b>")
    make_booking(alice, make_session_type(name="Call"), starts_at=MONDAY)
    words = text(desk.post(WEEK, week_of({}), follow=True))
    assert "1 booked session now lies outside your hours." in words
    assert "&lt;b&gt;Alice&lt;/b&gt;" in words
    assert "Mon 30 Nov, 09:00 to 09:20" in words
    assert reverse("admin:client_record", args=[alice.public_id]) in words
    assert Booking.objects.get().status == "confirmed"
    again = text(desk.get(PAGE))
    assert "Booked outside your hours" in again
    open_every_day()
    assert "Booked outside your hours" not in text(desk.get(PAGE))


@pytest.mark.rule("R20")
def test_every_time_is_in_the_practices_zone(desk, text):
    Practice.objects.update(time_zone="Asia/Tokyo")
    make_booking(starts_at=MONDAY)
    Block.objects.create(starts_at=MONDAY, ends_at=MONDAY + timedelta(hours=1))
    words = text(desk.get(PAGE))
    assert "Tokyo time (UTC+9)" in words
    assert "Mon 30 Nov, 18:00 to 18:20" in words
    assert "Mon 30 Nov, 18:00 to 19:00" in words


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
        (date_form("0001-01-01", "closed"), "on", "Please write a day like"),
        (date_form("9999-12-31", "closed"), "on", "Please write a day like"),
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


@pytest.mark.parametrize("count", [1, 30])
def test_the_page_asks_the_same_number_of_questions_for_one_and_for_thirty(desk, count, django_assert_num_queries):
    session = make_session()
    for number in range(count):
        day = MONDAY + timedelta(days=number)
        span = WeeklyHours.objects.create(weekday=number % 7, opens_at=time(1), closes_at=time(2))
        span.session_types.add(session)
        other = HoursOverride.objects.create(on=day.date(), opens_at=time(3), closes_at=time(4))
        other.session_types.add(session)
        make_booking(make_client(stage="ongoing"), session, starts_at=day)
        for source in ("manual", "google"):
            Block.objects.create(starts_at=day, ends_at=day + timedelta(hours=1), source=source)
    # Session, user, practice; types; hours and dates, each with its types; both kinds of blocks; sessions outside
    # the hours, sessions in time off.
    with django_assert_num_queries(12):
        page = desk.get(PAGE)
    assert len(page.context["outside"]) == len(page.context["time_off"]) == count
    assert len(page.context["other_days"]) == len(page.context["googles"]) == count


def test_nobody_else_changes_her_hours(client):
    open_every_day()
    client.force_login(make_client().user)
    for address, form in (
        (WEEK, week_of({})),
        (DATE, date_form("2026-12-24", "closed")),
        (CLEAR, {"on": "2026-12-24"}),
    ):
        assert client.post(address, form).status_code == 403
    assert WeeklyHours.objects.count() == 7
    assert not HoursOverride.objects.exists()


@pytest.mark.parametrize("address", [WEEK, DATE, CLEAR])
def test_looking_changes_nothing(desk, address):
    assert desk.get(address).status_code == 405
