"""The form of a session type, and the list of them."""

import re
from datetime import date, time

import pytest
from django.contrib.staticfiles import finders

from practice_admin.models import Colour, HoursOverride, SessionType, WeeklyHours
from tests.factories import make_booking, make_client, make_session, make_session_type

pytestmark = pytest.mark.django_db

LIST = "/admin/practice_admin/sessiontype/"
ADD = f"{LIST}add/"


def type_form(**fields):
    return {
        "name": "Session",
        "slug": "session",
        "opens_at_stage": "ongoing",
        "place": "room",
        "price": "72.50",
        "currency": "eur",
        "duration_minutes": 50,
        "buffer_before_minutes": 0,
        "buffer_after_minutes": 10,
        "minimum_notice_minutes": 720,
        "horizon_days": 60,
        "step_minutes": 30,
        "position": 0,
        "is_shown": "on",
        "colour": "slate",
    } | fields


def test_a_price_is_typed_in_euros_and_kept_in_cents(desk):
    desk.post(ADD, type_form())
    kept = SessionType.objects.get()
    assert (kept.price_minor, kept.currency) == (7250, "EUR")


def test_limits_and_colour_are_kept_and_empty_is_none(desk):
    desk.post(ADD, type_form(daily_cap=5, weekly_cap=3, most_ahead="", colour="plum"))
    kept = SessionType.objects.get()
    assert (kept.daily_cap, kept.weekly_cap, kept.most_ahead, kept.colour) == (5, 3, None, "plum")


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"opens_at_stage": "discovery"}, "price", "What is open to newcomers is free."),
        ({"price": "-1"}, "price", "greater than or equal to 0"),
        ({"currency": "€"}, "currency", "three letters of a currency"),
        ({"duration_minutes": 0}, "duration_minutes", "It takes at least a minute."),
        ({"duration_minutes": 1441}, "duration_minutes", "A day (1440 minutes) at most."),
        ({"step_minutes": 0}, "step_minutes", "It takes at least a minute."),
        ({"buffer_before_minutes": 1441}, "buffer_before_minutes", "A day (1440 minutes) at most."),
        ({"buffer_after_minutes": 1441}, "buffer_after_minutes", "A day (1440 minutes) at most."),
        ({"horizon_days": 0}, "horizon_days", "At least a day ahead"),
        ({"horizon_days": 1, "minimum_notice_minutes": 1441}, "minimum_notice_minutes", "Longer than the days ahead"),
        ({"daily_cap": 0}, "daily_cap", "Leave it empty for no limit."),
        ({"weekly_cap": 0}, "weekly_cap", "Leave it empty for no limit."),
        ({"most_ahead": 0}, "most_ahead", "Leave it empty for no limit."),
        (
            {"opens_at_stage": "discovery", "price": "0", "most_ahead": 2},
            "most_ahead",
            "everybody has one ahead at a time",
        ),
        ({"colour": "beige"}, "colour", "not one of the available choices"),
    ],
)
def test_a_session_type_that_cannot_be_is_refused_beside_its_field(desk, text, wrong, field, told):
    answer = desk.post(ADD, type_form(**wrong))
    assert answer.status_code == 200
    assert list(answer.context["adminform"].form.errors) == [field]
    assert told in text(answer)
    assert 'value="720"' in text(answer) or "minimum_notice_minutes" in wrong
    assert not SessionType.objects.exists()


def test_a_field_left_empty_is_told_of_itself_and_nothing_else(desk):
    answer = desk.post(ADD, type_form(horizon_days=""))
    assert list(answer.context["adminform"].form.errors) == ["horizon_days"]


@pytest.mark.rule("R9")
def test_the_form_says_that_a_newcomers_type_has_one_ahead(desk, text):
    assert "Of what is open to newcomers it is always one." in text(desk.get(ADD))
    desk.post(ADD, type_form(opens_at_stage="discovery", price="0", most_ahead=1))
    assert SessionType.objects.get().limit_ahead == 1


@pytest.mark.parametrize("count", [1, 30])
def test_types_ask_the_same_number_of_questions_for_one_and_for_thirty(desk, count, django_assert_num_queries):
    for _ in range(count):
        make_session_type()
    # Session, user, practice; count, types.
    with django_assert_num_queries(5):
        page = desk.get(LIST)
    assert len(page.context["cl"].result_list) == count


def test_the_list_shows_each_colour_and_who_can_book(desk, text):
    make_session_type(name="<b>Call</b>", colour="clay", is_shown=False)
    words = text(desk.get(LIST))
    assert "desk-swatch desk-colour--clay" in words
    assert "Only you" in words
    assert "&lt;b&gt;Call&lt;/b&gt;" in words
    assert "<b>Call" not in words


def test_a_type_with_bookings_is_not_deleted(desk):
    session = make_session()
    make_booking(make_client(stage="ongoing"), session)
    desk.post(f"{LIST}{session.pk}/delete/", {"post": "yes"})
    assert SessionType.objects.filter(pk=session.pk).exists()


def test_a_type_with_hours_of_its_own_is_not_deleted_lest_they_open_to_all(desk, text):
    call, other = make_session_type(), make_session_type()
    its_own = WeeklyHours.objects.create(weekday=0, opens_at=time(9), closes_at=time(10))
    its_own.session_types.add(call)
    assert "Your hours: Monday 09:00 to 10:00" in text(desk.get(f"{LIST}{call.pk}/delete/"))
    desk.post(f"{LIST}{call.pk}/delete/", {"post": "yes"})
    assert SessionType.objects.filter(pk=call.pk).exists()
    its_own.session_types.add(other)
    desk.post(f"{LIST}{call.pk}/delete/", {"post": "yes"})
    assert not SessionType.objects.filter(pk=call.pk).exists()


def test_nor_is_one_with_a_date_of_its_own(desk):
    call = make_session_type()
    override = HoursOverride.objects.create(on=date(2026, 12, 5), opens_at=time(9), closes_at=time(10))
    override.session_types.add(call)
    desk.post(f"{LIST}{call.pk}/delete/", {"post": "yes"})
    assert SessionType.objects.filter(pk=call.pk).exists()


def luminance(colour: str) -> float:
    """As WCAG 2.2 defines it."""
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(("theme", "surfaces"), [("", ["#ffffff", "#faf7f0"]), (".dark ", ["#1f1b18", "#14110f"])])
@pytest.mark.parametrize("colour", Colour.values)
def test_every_colour_can_be_read_in_light_and_dark(colour, theme, surfaces):
    with open(finders.find("workspace/colours.css")) as sheet:  # noqa: PTH123  (what staticfiles found)
        rule = re.search(rf"^{re.escape(theme)}\.desk-colour--{colour} {{(.*)}}$", sheet.read(), re.MULTILINE)
    tokens = dict(re.findall(r"--type-(\w+): (#\w{6});", rule[1]))
    assert contrast(tokens["ink"], tokens["soft"]) >= 7
    assert min(contrast(tokens["edge"], surface) for surface in surfaces) >= 3
