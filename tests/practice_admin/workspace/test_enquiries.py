"""Not a real enquiry: an address put aside, the quiet list, and hearing it again (R9)."""

from datetime import timedelta

import pytest
import time_machine
from django.test import Client as Browser
from django.urls import reverse

from clients.models import Client
from integrations.outbox.models import Effect
from integrations.outbox.operations import run_due
from practice_admin.models import Booking
from tests.booking_public.door import DETAILS, typed
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, open_every_day

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R9")]

QUIET = "/admin/enquiries/quiet/"
DAY = timedelta(days=1)


@pytest.fixture(autouse=True)
def friday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def discovery():
    open_every_day()
    return make_session_type("discovery", name="Discovery call")


@pytest.fixture
def noise(discovery) -> list[Booking]:
    """Three calls by one address, of which one is over; and one by somebody else."""
    client = make_client("noise@example.com", name="Noise")
    make_booking(make_client("real@example.com"), discovery, starts_at=MONDAY + 4 * DAY)
    return [make_booking(client, discovery, starts_at=MONDAY + days * DAY) for days in (1, 2, -4)]


def address(booking: Booking) -> str:
    return reverse("admin:dismiss_enquiry", args=[booking.public_id])


def hear(client: Client) -> str:
    return reverse("admin:hear_again", args=[client.public_id])


def test_asking_says_what_will_happen_and_does_nothing(desk, noise, text):
    words = text(desk.get(address(noise[0])))
    assert "This call and 2 others of this address are cancelled" in words
    assert "They get “Your booking is cancelled”" in words
    assert "on the quiet list alone" in words
    assert not Booking.objects.exclude(status="confirmed").exists()
    assert not Client.objects.exclude(quieted_at=None).exists()
    assert not Effect.objects.exists()


def test_every_call_of_the_address_is_cancelled_and_no_other(desk, noise, text):
    page = desk.post(address(noise[0]), follow=True)
    assert "3 calls are cancelled." in text(page)
    assert set(Booking.objects.filter(status="cancelled")) == set(noise)
    assert Booking.objects.filter(is_quiet=True).count() == 3
    assert Client.objects.exclude(quieted_at=None).get().user.email == "noise@example.com"
    assert "noise@example.com" in text(desk.get(QUIET))
    assert "real@example.com" not in text(desk.get(QUIET))


@pytest.mark.django_db(transaction=True)
def test_they_are_told_as_anybody_but_not_of_what_is_over_and_she_is_not_told_at_all(vendors, desk, noise):
    desk.post(address(noise[0]))
    run_due(NOW)
    assert [mail.subject for mail in vendors.mails("noise@example.com")] == ["Your booking is cancelled"] * 2
    assert vendors.mails("therapist@example.com") == []


def test_a_call_that_is_over_is_put_aside_without_a_mail(desk, discovery, text):
    call = make_booking(make_client(), discovery, starts_at=NOW - DAY)
    assert "No mail is sent: the call is over." in text(desk.get(address(call)))
    desk.post(address(call))
    call.refresh_from_db()
    assert call.status == "cancelled"
    assert not Effect.objects.exists()


@pytest.mark.parametrize("stage", ["intake", "ongoing", "closed"])
def test_whom_she_works_with_cannot_be_put_aside(desk, discovery, stage, text):
    call = make_booking(make_client(stage=stage), discovery)
    assert "You have worked with this client" in text(desk.get(address(call)))
    page = desk.post(address(call))
    assert page.status_code == 409
    assert "You have worked with this client" in text(page)
    call.refresh_from_db()
    assert (call.status, call.is_quiet) == ("confirmed", False)
    assert not Effect.objects.exists()


def test_what_is_no_booked_discovery_call_cannot_be_put_aside(desk, discovery, text):
    cancelled = make_booking(make_client(), discovery, status="cancelled")
    session = make_booking(make_client(stage="ongoing"), make_session())
    for booking in (cancelled, session):
        assert desk.post(address(booking)).status_code == 409
    assert "still booked" in text(desk.get(address(cancelled)))
    assert not Client.objects.exclude(quieted_at=None).exists()


def test_an_unknown_call_is_not_found(desk, noise):
    unknown = noise[0].client.public_id
    assert desk.get(reverse("admin:dismiss_enquiry", args=[unknown])).status_code == 404
    assert desk.post(reverse("admin:hear_again", args=[noise[0].public_id])).status_code == 404


def test_a_later_call_is_answered_as_any_and_stands_on_the_quiet_list(desk, noise, text):
    desk.post(address(noise[0]))
    answers = [
        Browser().post(DETAILS, typed(email=email, start=start)).status_code
        for email, start in (("noise@example.com", "2026-11-30T09:00:00Z"), ("new@example.com", "2026-11-30T10:00:00Z"))
    ]
    assert answers == [303, 303]
    later = Booking.objects.get(starts_at=MONDAY)
    assert (later.status, later.is_quiet) == ("confirmed", True)
    words = text(desk.get(QUIET))
    assert "Mon 30 Nov, 09:00" in words
    assert address(later) in words
    assert "new@example.com" not in words


def test_hearing_again_makes_what_is_booked_news(desk, noise, text):
    desk.post(address(noise[0]))
    later = make_booking(noise[0].client, starts_at=MONDAY, is_quiet=True, changed_at=NOW - DAY)
    Effect.objects.all().delete()
    page = desk.post(hear(later.client), follow=True)
    assert "You hear from noise@example.com again." in text(page)
    assert "Nobody is put aside" in text(page)
    later.refresh_from_db()
    assert (later.is_quiet, later.changed_at) == (False, NOW)
    assert later in desk.get("/admin/").context["news"]
    # It goes into her calendar now; its client was told when it was booked.
    assert list(Effect.objects.values_list("kind", "subject")) == [("calendar_event", later.subject)]
    assert Booking.objects.filter(status="cancelled").count() == 3


def test_only_a_press_of_the_button_lets_an_address_be_heard_again(desk, noise):
    desk.post(address(noise[0]))
    assert desk.get(hear(noise[0].client)).status_code == 405
    assert Client.objects.exclude(quieted_at=None).exists()


def test_with_nobody_put_aside_the_list_says_how(desk, text):
    assert "Nobody is put aside" in text(desk.get(QUIET))


def test_the_ways_to_it(desk, noise, text):
    record = desk.get(reverse("admin:client_record", args=[noise[0].client.public_id]))
    assert address(noise[0]) in text(record)
    assert address(noise[0]) in text(desk.get("/admin/"))
    assert QUIET in text(desk.get("/admin/practice_admin/booking/"))


def test_nothing_leads_there_from_a_real_client(desk, discovery, text):
    call = make_booking(make_client(stage="ongoing"), discovery)
    assert address(call) not in text(desk.get(reverse("admin:client_record", args=[call.client.public_id])))


@pytest.mark.parametrize("count", [1, 12])
def test_the_list_asks_the_same_number_of_questions_for_one_and_for_twelve(
    desk, discovery, count, django_assert_num_queries
):
    for number in range(count):
        client = make_client(f"noise{number}@example.com", quieted_at=NOW)
        for hour in (9, 10):
            make_booking(client, discovery, starts_at=MONDAY + number * DAY + timedelta(hours=hour), is_quiet=True)
    # Session, user, practice; addresses, their calls.
    with django_assert_num_queries(5):
        page = desk.get(QUIET)
    assert [len(client.calls) for client in page.context["clients"]] == [2] * count
