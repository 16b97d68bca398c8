"""A client's stage on the desk: moved, closed, taken up again, with a discovery held elsewhere (R1, R2)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client, StageChange
from content.domain.sharing import share_link
from integrations import payments
from integrations.outbox.models import Effect
from integrations.sandbox import faults
from practice_admin.domain.payments import ReturnAddresses, open_checkout
from practice_admin.models import Booking, Refund
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type
from tests.practice_admin.workspace.calling_off import pay

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R2")]

HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice() -> Client:
    return make_client("alice@example.com", name="Alice Almeida", stage="intake")


def page_of(client: Client, name: str = "client_stage") -> str:
    return reverse(f"admin:{name}", args=[client.public_id])


def move(desk, client: Client, to: str, known: str, **more):
    return desk.post(page_of(client), {"to": to, "known": known, "words": "", **more}, follow=True)


def close(desk, client: Client, fates: dict[Booking, str], **more):
    chosen = {f"fate-{booking.public_id}": fate for booking, fate in fates.items()}
    form = {"known": client.stage, "feed": "keep", "words": ""} | chosen | more
    return desk.post(page_of(client, "close_client"), form, follow=True)


def stage_of(client: Client) -> str:
    return Client.objects.get(pk=client.pk).stage


def test_care_is_begun_from_the_record_and_stands_in_its_history(desk, alice, text):
    make_session(name="Regular session")
    record = reverse("admin:client_record", args=[alice.public_id])
    assert f"{page_of(alice)}?to=ongoing" in text(desk.get(record))
    asked = desk.get(page_of(alice), {"to": "ongoing"})
    assert "They can book: Regular session (€70)." in text(asked)
    assert 'value="ongoing" checked' in text(asked)
    assert stage_of(alice) == "intake"
    words = text(move(desk, alice, "ongoing", "intake", words="After <b>two</b> talks"))
    assert stage_of(alice) == "ongoing"
    assert "Intake → Ongoing care" in words
    assert "Care begun by Dr Helena Reis" in words
    assert "After &lt;b&gt;two&lt;/b&gt; talks" in words


@pytest.mark.rule("R1")
def test_past_the_gate_there_is_nothing_to_choose_and_a_forged_choice_is_refused(desk, text):
    newcomer = make_client()
    shown = text(desk.get(page_of(newcomer)))
    assert 'value="intake" disabled' in shown
    assert 'name="words"' not in shown
    refused = move(desk, newcomer, "ongoing", "discovery", words="Kept all the same")
    assert refused.status_code == 409
    assert "The gate is shut" in text(refused)
    assert "Kept all the same" in text(refused)
    assert stage_of(newcomer) == "discovery"


@pytest.mark.parametrize(
    ("typed", "status"),
    [
        ({"to": ""}, 422),
        ({"to": "married"}, 422),
        ({"known": "married"}, 422),
        ({"known": "discovery"}, 409),
        ({"to": "closed"}, 409),
        ({"words": "x" * 2001}, 409),
    ],
)
def test_what_makes_no_sense_moves_nothing(desk, alice, typed, status, text):
    answer = desk.post(page_of(alice), {"to": "ongoing", "known": "intake", "words": ""} | typed)
    assert answer.status_code == status
    assert 'class="desk-problem"' in text(answer)
    assert stage_of(alice) == "intake"
    assert not StageChange.objects.exists()


@pytest.mark.rule("R1")
def test_a_discovery_held_elsewhere_is_recorded_with_its_day_and_manner(desk, text):
    newcomer = make_client(name="Eva")
    assert page_of(newcomer, "discovery_elsewhere") in text(desk.get(page_of(newcomer)))
    typed = {"held_on": "2026-11-03", "manner": "phone", "words": ""}
    words = text(desk.post(page_of(newcomer, "discovery_elsewhere"), typed, follow=True))
    assert stage_of(newcomer) == "intake"
    assert "Discovery held elsewhere: by telephone, Tue 3 Nov" in words
    again = desk.post(page_of(newcomer, "discovery_elsewhere"), typed)
    assert again.status_code == 409
    assert StageChange.objects.count() == 1


@pytest.mark.rule("R1")
@pytest.mark.parametrize(
    ("typed", "field"),
    [
        ({"held_on": ""}, "held_on"),
        ({"held_on": "soon"}, "held_on"),
        ({"held_on": "2026-11-28"}, "held_on"),
        ({"manner": ""}, "manner"),
    ],
)
def test_one_without_a_day_that_was_or_a_manner_opens_nothing(desk, typed, field):
    newcomer = make_client()
    form = {"held_on": "2026-11-03", "manner": "phone", "words": "Kept"} | typed
    answer = desk.post(page_of(newcomer, "discovery_elsewhere"), form)
    assert answer.status_code in {409, 422}
    assert answer.context["form"].errors.keys() == {field}
    assert answer.context["form"]["words"].value() == "Kept"
    assert Client.objects.get(pk=newcomer.pk).discovery_completed_at is None


@pytest.mark.rule("R19")
def test_closing_shows_each_session_ahead_and_does_what_was_chosen(desk, alice, text):
    first = make_session("intake", name="First session", opens_at_stage="intake")
    paid, kept = make_booking(alice, first), make_booking(alice, first, starts_at=MONDAY + 2 * HOUR)
    pay(paid, 7000)
    words = text(desk.get(page_of(alice, "close_client")))
    assert "€70 goes back." in words
    assert "€70 is kept." in words
    assert "€70 stays owed." in words
    assert "“Your booking is cancelled”" in words
    assert stage_of(alice) == "intake"
    answer = text(close(desk, alice, {paid: "waive", kept: "keep"}, words="Moved away"))
    assert "is closed. 1 session cancelled." in answer
    assert [Booking.objects.get(pk=one.pk).status for one in (paid, kept)] == ["cancelled", "confirmed"]
    assert (stage_of(alice), Refund.objects.get().amount_minor) == ("closed", 7000)
    assert "Moved away" in answer


@pytest.mark.rule("R15")
@pytest.mark.parametrize(("feed", "is_readable"), [("keep", True), ("take", False)])
def test_the_feed_can_go_on_being_read_or_is_taken_until_the_work_is_taken_up(desk, alice, feed, is_readable, text):
    share = share_link(client=alice, title="Breathing", url="https://example.com/", words="", now=NOW)
    close(desk, alice, {}, feed=feed)
    hers = Browser()
    hers.force_login(alice.user)
    opened = hers.get(reverse("portal:feed_item", args=[share.public_id])).status_code
    assert ("Breathing" in text(hers.get("/portal/feed/")), opened) == (is_readable, 302 if is_readable else 404)
    assert ("What was shared with you stays here" in text(hers.get("/portal/"))) is is_readable
    assert "Breathing" in text(desk.get(reverse("admin:client_record", args=[alice.public_id])))
    move(desk, alice, "ongoing", "closed")
    assert "Breathing" in text(hers.get("/portal/feed/"))


def test_a_closed_client_reads_the_thread_and_writes_nothing(desk, alice, text):
    from clients.care.domain.messages import open_welcome_thread

    open_welcome_thread(client=alice, text="Welcome here.", now=NOW)
    close(desk, alice, {})
    hers = Browser()
    hers.force_login(alice.user)
    words = text(hers.get("/portal/messages/"))
    assert "Welcome here." in words
    assert "<textarea" not in words


@pytest.mark.parametrize("fault", ["unreadable", "no feed", "booked meanwhile", "another stage", "long words"])
def test_a_refused_closing_keeps_the_choices_and_changes_nothing(desk, alice, fault, text):
    call = make_session_type()
    seen = make_booking(alice, call)
    typed = {
        "unreadable": {f"fate-{seen.public_id}": "burn"},
        "no feed": {"feed": ""},
        "booked meanwhile": {},
        "another stage": {"known": "ongoing"},
        "long words": {"words": "x" * 2001},
    }[fault]
    if fault == "booked meanwhile":
        make_booking(alice, call, starts_at=MONDAY + 3 * HOUR)
    answer = close(desk, alice, {seen: "keep"}, **typed)
    assert answer.status_code in {409, 422}
    assert 'role="alert"' in text(answer) or 'class="desk-problem"' in text(answer)
    rows = {row.session.pk: row for row in answer.context["plan"].rows}
    assert rows[seen.pk].fate == ("waive" if fault == "unreadable" else "keep")
    assert [row.is_new for row in rows.values()].count(True) == (fault == "booked meanwhile")
    assert stage_of(alice) == "intake"
    assert not Booking.objects.exclude(status="confirmed").exists()
    assert not Effect.objects.exists()


@pytest.mark.rule("R10")
@pytest.mark.django_db(transaction=True)
def test_while_stripe_does_not_answer_nothing_is_closed(vendors, desk, alice, text):
    first = make_session("intake", opens_at_stage="intake")
    held = make_booking(alice, first, status="pending_payment", hold_expires_at=NOW + HOUR)
    back = ReturnAddresses("https://example.com/ok", "https://example.com/back")
    open_checkout(public_id=held.public_id, gateway=payments.gateway(), back_to=back, now=NOW)
    faults.set_fault("stripe", "down")
    answer = close(desk, alice, {})
    assert answer.status_code == 503
    assert "Nothing is closed, nothing is cancelled." in text(answer)
    held.refresh_from_db()
    assert (stage_of(alice), held.status) == ("intake", "pending_payment")


def test_a_client_who_is_closed_already_is_led_to_the_way_back(desk, text):
    clara = make_client(name="Clara", stage="closed")
    assert "Take it up again" in text(desk.get(page_of(clara, "close_client")))
    answer = desk.post(page_of(clara, "close_client"), {"known": "closed", "feed": "keep", "words": ""})
    assert (answer.status_code, StageChange.objects.count()) == (409, 0)


def test_an_unknown_client_is_not_found(desk):
    for name in ("client_stage", "discovery_elsewhere", "close_client", "client_details", "follow_ups", "contacts"):
        address = reverse(f"admin:{name}", args=["00000000-0000-4000-8000-000000000000"])
        assert desk.get(address).status_code == 404, name
        assert desk.post(address).status_code == 404, name


@pytest.mark.parametrize("count", [1, 8])
def test_closing_asks_the_same_number_of_questions_for_one_and_for_eight(desk, alice, count, django_assert_num_queries):
    call = make_session_type()
    for number in range(count):
        make_booking(alice, call, starts_at=MONDAY + number * HOUR)
    # Session, user, practice; client; sessions, what goes back, shares.
    with django_assert_num_queries(7):
        answer = desk.get(page_of(alice, "close_client"))
    assert len(answer.context["plan"].rows) == count
