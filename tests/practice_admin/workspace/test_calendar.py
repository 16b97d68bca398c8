"""Her Google Calendar on the desk: connect, choose, let go, and settle what differs, against the stand-in."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
from django.test import Client as Browser
from django.utils import timezone

from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from integrations.sandbox import google_account, google_events, store
from practice_admin.handlers.calendar_pull import pull
from practice_admin.models import (
    Block,
    Booking,
    CalendarConnection,
    ClashDecision,
    ConsentAsked,
    KnownCalendar,
    Practice,
    RuleOverride,
    SessionEvent,
)
from tests.contracts.google_door import lay
from tests.factories import make_booking, make_client, make_session_type, open_every_day, therapist
from tests.practice_admin.calendar_door import CHOIR, FAMILY, HER_OWN, connected, drag, event_of, places

pytestmark = pytest.mark.django_db(transaction=True)

PAGE = "/admin/calendar/"
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def desk(vendors) -> Browser:
    """At the address that Google sends back to."""
    browser = Browser(HTTP_HOST=urlsplit(vendors.url).netloc)
    browser.force_login(therapist())
    return browser


def consent(desk: Browser, decision: str = "allow", scopes: int = 2) -> str:
    """Connect, and decide at Google's: the address with which the browser comes back."""
    asked = urlsplit(desk.post(f"{PAGE}connect/").headers["Location"])
    boxes = dict(parse_qsl(asked.query))["scope"].split()[:scopes]
    answer = desk.post(f"{asked.path}?{asked.query}", {"decision": decision, "scope": boxes})
    back = urlsplit(answer.headers["Location"])
    return f"{back.path}?{back.query}"


def said(desk: Browser, address: str) -> str:
    answer = desk.get(address, follow=True)
    assert answer.redirect_chain[-1][0] == PAGE
    return " ".join(str(message) for message in answer.context["messages"])


def is_untouched() -> bool:
    return not (CalendarConnection.objects.exists() or Effect.objects.exists() or KnownCalendar.objects.exists())


def monday() -> object:
    """Some Monday to come, at nine in Lisbon's winter or summer alike: inside the hours."""
    now = timezone.now()
    return (now + timedelta(days=14 - now.weekday())).replace(hour=11, minute=0, second=0, microsecond=0)


@pytest.fixture
def session(desk) -> Booking:
    open_every_day()
    kind = make_session_type(name="Discovery call", place="room")
    return make_booking(make_client(name="Alice Example"), kind, starts_at=monday())


def test_she_connects_and_sees_the_account_and_her_sessions_are_written(desk, session, text) -> None:
    assert "No calendar is connected" in text(desk.get(PAGE))
    assert f"{HER_OWN} is connected" in said(desk, consent(desk))
    page = text(desk.get(PAGE))
    assert HER_OWN in page
    assert "Being read" in page
    run_due(timezone.now())
    assert places(session) == [HER_OWN]
    page = text(desk.get(PAGE))
    assert "Choir" in page
    assert "Last read well" in page
    assert not ConsentAsked.objects.exists()


def test_the_secrets_of_the_way_there_stay_here(desk) -> None:
    there = desk.post(f"{PAGE}connect/").headers["Location"]
    kept = ConsentAsked.objects.get()
    state = dict(parse_qsl(urlsplit(there).query))["state"]
    assert state != kept.state_digest
    assert kept.code_verifier not in there
    assert kept.code_verifier not in str(desk.session.items())


def test_the_same_answer_a_second_time_and_in_another_session_connects_nothing(desk) -> None:
    back = consent(desk)
    elsewhere = Browser(**desk.defaults)
    elsewhere.force_login(therapist())
    assert "does not belong to this page" in said(elsewhere, back)
    assert is_untouched()
    said(desk, back)
    granted = CalendarConnection.objects.get().grant_id
    assert "does not belong to this page" in said(desk, back)
    assert CalendarConnection.objects.get().grant_id == granted


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("", "does not belong to this page"),
        ("?state=foreign&code=4/x", "does not belong to this page"),
        ("?code=4/x", "does not belong to this page"),
        ("?state=&code=4/x", "does not belong to this page"),
    ],
)
def test_an_answer_with_a_foreign_state_is_told_in_a_line_and_changes_nothing(desk, answer, told) -> None:
    desk.post(f"{PAGE}connect/")
    assert told in said(desk, f"{PAGE}callback/{answer}")
    assert is_untouched()


def test_no_code_a_refusal_and_an_unticked_box_are_each_told_in_a_line(desk) -> None:
    state = dict(parse_qsl(urlsplit(consent(desk)).query))["state"]
    assert "Not connected" in said(desk, f"{PAGE}callback/?state={state}")
    assert "was not allowed" in said(desk, consent(desk, "deny"))
    assert "left unticked" in said(desk, consent(desk, scopes=1))
    state = dict(parse_qsl(urlsplit(consent(desk)).query))["state"]
    assert "Not connected" in said(desk, f"{PAGE}callback/?state={state}&code=4/made-up")
    assert is_untouched()


def test_with_google_down_on_the_way_back_nothing_is_connected(desk, vendors) -> None:
    back = consent(desk)
    vendors.down("google")
    assert "Not connected" in said(desk, back)
    assert is_untouched()


def test_a_client_and_a_visitor_cannot_come_back_with_her_answer(desk) -> None:
    back = consent(desk)
    alice = Browser(**desk.defaults)
    alice.force_login(make_client("alice@example.com").user)
    assert alice.get(back).status_code == 403
    assert Browser(**desk.defaults).get(back).headers["Location"].startswith("/sign-in/")
    assert is_untouched()


def test_an_answer_that_comes_after_a_quarter_of_an_hour_connects_nothing(desk) -> None:
    back = consent(desk)
    ConsentAsked.objects.update(asked_at=timezone.now() - timedelta(minutes=16))
    assert "came too late" in said(desk, back)
    assert is_untouched()


def test_choices_are_kept_and_refused_beside_their_field_with_what_was_typed(desk, session, text) -> None:
    said(desk, consent(desk))
    run_due(timezone.now())
    good = {"receives": FAMILY, "blocks": [HER_OWN, CHOIR], "titles": "names", "mirror_max_age_minutes": 90}
    refused = desk.post(f"{PAGE}choices/", good | {"blocks": [], "mirror_max_age_minutes": 5})
    assert refused.status_code == 422
    assert "Half an hour is the least" in text(refused)
    refused = desk.post(f"{PAGE}choices/", good | {"blocks": []})
    assert "Choose at least one calendar" in text(refused)
    assert 'value="90"' in text(refused)
    refused = desk.post(f"{PAGE}choices/", good | {"mirror_max_age_minutes": ""})
    assert refused.context["form"].errors == {"mirror_max_age_minutes": ["Please give a number of minutes."]}
    refused = desk.post(f"{PAGE}choices/", good | {"receives": CHOIR})
    assert "cannot be written into that calendar" in text(refused)
    assert CalendarConnection.objects.get().calendar_id == HER_OWN

    desk.post(f"{PAGE}choices/", good)
    run_due(timezone.now())
    assert places(session) == [FAMILY]
    assert event_of(session, FAMILY)["summary"] == "Alice Example"
    assert not CalendarConnection.objects.get().tentative_blocks
    assert Practice.objects.get().mirror_max_age_minutes == 90
    assert set(KnownCalendar.objects.filter(blocks_time=True).values_list("calendar_id", flat=True)) == {HER_OWN, CHOIR}


def test_disconnecting_asks_once_and_says_what_happens(desk, session, text) -> None:
    said(desk, consent(desk))
    lay(session.starts_at + DAY, session.starts_at + DAY + HOUR, summary="Dentist")
    run_due(timezone.now())
    assert Block.objects.exists()
    assert "stay in your calendar" in text(desk.get(f"{PAGE}disconnect/"))
    assert CalendarConnection.objects.exists()
    assert "stay in it" in text(desk.post(f"{PAGE}disconnect/", follow=True))
    assert not CalendarConnection.objects.exists()
    assert not Block.objects.exists()
    assert places(session) == [HER_OWN]
    assert "No calendar is connected" in text(desk.post(f"{PAGE}disconnect/", follow=True))


def test_reading_now_is_owed_once_and_done_by_the_worker(desk, text) -> None:
    connected()
    now = timezone.now()
    lay(now + DAY, now + DAY + HOUR, summary="Dentist")
    for _ in range(2):
        desk.post(f"{PAGE}read/")
    assert Effect.objects.filter(kind="calendar_pull").count() == 1
    run_due(timezone.now())
    assert Block.objects.get().label == "Dentist"
    CalendarConnection.objects.all().delete()
    assert "No calendar is connected" in text(desk.post(f"{PAGE}read/", follow=True))


def test_the_page_says_what_went_wrong_and_what_was_odd(desk, text, vendors) -> None:
    connected()
    google_events.lay({"id": "absurd00", "summary": "<b>Absurd</b>", "start": {}, "end": {}})
    pull()
    page = text(desk.get(PAGE))
    assert "&lt;b&gt;Absurd&lt;/b&gt;" in page
    CalendarConnection.objects.update(last_error="Google Calendar: refused with 403 quotaExceeded")
    assert "quotaExceeded" in text(desk.get(PAGE))


@pytest.mark.rule("R14")
def test_an_old_mirror_and_a_withdrawn_grant_stand_over_every_page(desk, session, text) -> None:
    pages = [
        "/admin/",
        PAGE,
        "/admin/hours/",
        "/admin/clients/client/",
        f"/admin/clients/record/{session.client.public_id}/",
    ]
    connected(good_at=timezone.now() - timedelta(minutes=59))
    assert not any("was last heard" in text(desk.get(page)) for page in pages)
    CalendarConnection.objects.update(good_at=timezone.now() - timedelta(minutes=61))
    assert all("was last heard" in text(desk.get(page)) for page in pages)
    Practice.objects.update(mirror_max_age_minutes=90)
    assert not any("was last heard" in text(desk.get(page)) for page in pages)
    CalendarConnection.objects.update(state="revoked")
    assert all("has to be connected again" in text(desk.get(page)) for page in pages)
    assert "Connect again" in text(desk.get(PAGE))


@pytest.mark.rule("R13")
def test_a_clash_is_shown_on_today_with_both_names_and_ignored_from_there(desk, session, text) -> None:
    connected()
    lay(session.starts_at, session.starts_at + HOUR, summary="Dentist <i>")
    pull()
    (need,) = desk.get("/admin/").context["needs"]
    assert (need.action, [action.words for action in need.more]) == ("Move", ["Cancel", "Ignore"])
    assert "Alice Example" in need.title
    assert "Dentist &lt;i&gt;" in text(desk.get("/admin/"))
    assert "Dentist" in text(desk.get(PAGE))
    assert desk.get(need.more[1].href).status_code == 405
    answer = desk.post(need.more[1].href, follow=True)
    assert answer.context["needs"] == []
    assert ClashDecision.objects.count() == 1
    session.refresh_from_db()
    assert session.status == "confirmed"
    assert "settled already" in text(desk.post(need.more[1].href, follow=True))


@pytest.mark.rule("R13")
def test_what_can_be_done_about_a_clash_is_one_step_away_from_both_pages(desk, session, text) -> None:
    connected()
    lay(session.starts_at, session.starts_at + HOUR, summary="Dentist")
    pull()
    (need,) = desk.get("/admin/").context["needs"]
    for href in (need.href, need.more[0].href):
        assert f'href="{href}"' in text(desk.get(PAGE))
        page = desk.get(href)
        assert page.status_code == 200
        assert "Alice Example" in text(page)
    session.refresh_from_db()
    assert session.status == "confirmed"  # to look is to change nothing


@pytest.fixture
def dragged(desk, session) -> Booking:
    """Its event was moved by hand to three hours later, and a cycle has seen it."""
    said(desk, consent(desk))
    run_due(timezone.now())
    drag(session, session.starts_at + 3 * HOUR, session.ends_at + 3 * HOUR)
    pull()
    return session


def test_an_event_that_she_moved_moves_the_session_on_her_word(desk, dragged, text) -> None:
    (need,) = desk.get("/admin/").context["needs"]
    assert "You moved the event of a session with Alice Example" in need.title
    page = desk.get(need.href)
    form = page.context["form"].initial
    dragged.refresh_from_db()
    assert dragged.version == 1
    desk.post(need.href, form)
    dragged.refresh_from_db()
    assert (dragged.starts_at, dragged.version) == (monday() + 3 * HOUR, 2)
    run_due(timezone.now())
    pull()
    assert desk.get("/admin/").context["needs"] == []
    assert places(dragged) == [HER_OWN]


@pytest.mark.rule("R19")
@pytest.mark.parametrize("hours", [24, 500])
def test_following_an_event_into_the_notice_says_what_it_takes_from_the_client(desk, dragged, text, hours) -> None:
    Booking.objects.update(notice_hours=hours)
    page = text(desk.get(f"{PAGE}sessions/{dragged.public_id}/move/"))
    assert ("they can no longer move or cancel it without you" in page) == (hours == 500)


def test_of_an_event_that_she_deleted_no_time_is_said_and_none_is_followed(desk, dragged, text) -> None:
    SessionEvent.objects.update(difference="deleted")
    (need,) = desk.get("/admin/").context["needs"]
    assert (need.detail, need.action) == ("The session still stands.", "Move")
    page = text(desk.get(PAGE))
    assert "You deleted the event" in page
    assert "The event now" not in page
    assert "Nothing differs any more" in text(desk.get(f"{PAGE}sessions/{dragged.public_id}/move/", follow=True))


def test_a_time_that_is_not_offered_asks_for_her_reason_and_keeps_it(desk, dragged, text) -> None:
    drag(dragged, dragged.starts_at + 9 * HOUR, dragged.ends_at + 9 * HOUR)
    pull()
    move = f"{PAGE}sessions/{dragged.public_id}/move/"
    refused = desk.post(move, desk.get(move).context["form"].initial)
    assert refused.status_code == 422
    assert "Hours" in text(refused)
    typed = refused.context["form"].initial | {"reason": "He asked for the evening", "seen": refused.context["seen"]}
    desk.post(move, typed)
    dragged.refresh_from_db()
    assert dragged.starts_at == monday() + 9 * HOUR
    assert RuleOverride.objects.get().reason == "He asked for the evening"
    assert "Nothing differs any more" in text(desk.get(move, follow=True))


def test_what_she_moved_is_put_back_or_left_on_her_word(desk, dragged) -> None:
    desk.post(f"{PAGE}sessions/{dragged.public_id}/put-back/")
    run_due(timezone.now())
    pull()
    stands = event_of(dragged)["start"]["dateTime"]
    assert stands.startswith(f"{dragged.starts_at:%Y-%m-%d}")
    assert desk.get("/admin/").context["needs"] == []
    drag(dragged, dragged.starts_at + HOUR, dragged.ends_at + HOUR)
    pull()
    desk.post(f"{PAGE}sessions/{dragged.public_id}/ignore/")
    assert desk.get("/admin/").context["needs"] == []
    assert desk.post(f"{PAGE}sessions/{dragged.public_id}/ignore/").status_code == 302


def test_the_policy_lets_the_browser_go_on_to_google_and_nowhere_else(desk, settings) -> None:
    policy = desk.get(PAGE).headers["Content-Security-Policy"]
    assert f"form-action 'self' {settings.GOOGLE_CONSENT_ORIGIN}" in policy
    assert google_account.SAMPLE_REFRESH_TOKEN not in str(store.all("google_grant"))
