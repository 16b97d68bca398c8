"""The page with her hours: the week, drawn and as one form."""

from datetime import time, timedelta

import pytest
import time_machine
from django.urls import reverse

from practice_admin.models import Block, Booking, HoursOverride, Practice, WeeklyHours
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, open_every_day
from tests.practice_admin.workspace.week_form import rows_of, week_of

pytestmark = pytest.mark.django_db

PAGE = "/admin/hours/"
WEEK = "/admin/hours/week/"


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
    assert "No hours yet" in words
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


def test_she_is_told_of_everything_that_is_wrong_at_once(desk):
    answer = desk.post(WEEK, week_of({0: [("09:00", "")], 1: [("15:00", "12:00")], 2: [("09:00", "10:00")]}))
    assert [list(errors_of(answer, day)[0]) for day in range(3)] == [["closes_at"], ["closes_at"], []]
    assert not WeeklyHours.objects.exists()


def test_each_of_several_problems_of_a_day_is_told_at_its_own_span(desk):
    rows = [("12:00", "11:00"), ("13:00", "15:00"), ("14:00", "16:00"), ("15:30", "17:00"), ("18:00", "19:00")]
    answer = desk.post(WEEK, week_of({0: rows}))
    assert [list(form) for form in errors_of(answer, 0)] == [["closes_at"], [], ["opens_at"], ["opens_at"], []]


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


def test_nobody_else_changes_her_week(client):
    open_every_day()
    client.force_login(make_client().user)
    assert client.post(WEEK, week_of({})).status_code == 403
    assert WeeklyHours.objects.count() == 7


def test_looking_changes_nothing(desk):
    assert desk.get(WEEK).status_code == 405
