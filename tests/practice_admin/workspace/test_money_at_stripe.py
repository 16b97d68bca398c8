"""What of money asks Stripe, against its stand-in: a hold let go, or confirmed by her word; silence changes nothing."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from clients.models import Client, FollowUp, Stage
from integrations import payments
from integrations.outbox.models import Effect
from integrations.outbox.operations import run
from integrations.sandbox import faults, stripe_sessions
from practice_admin.domain.booking_links import booking_token
from practice_admin.models import Booking, Payment, Settlement
from tests.factories import make_client, make_session, open_every_day, therapist
from tests.practice_admin.money import till
from tests.practice_admin.workspace.money_pages import act

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.rule("R10")]

SILENT = "Stripe does not answer just now. Nothing was changed; please try again in a minute."


@pytest.fixture
def held(vendors) -> Booking:
    """A time that Oscar holds, with its payment page open at Stripe."""
    therapist()
    open_every_day()
    faults.set_delivery("hold")
    noon = (timezone.now() + timedelta(days=3)).replace(hour=12, minute=0, second=0, microsecond=0)
    oscar = make_client("oscar@example.com", name="Oscar Nunes", stage=Stage.ONGOING)
    booking = till.book(oscar, make_session(name="Grief work", minimum_notice_minutes=0), noon)
    till.checkout(booking)
    return booking


def receive(desk, booking: Booking, amount: str = "70"):
    today = timezone.localdate().isoformat()
    typed = {"amount": amount, "manner": "cash", "paid_on": today, "note": "", "form_key": str(uuid4())}
    return desk.post(act(booking, "received"), typed, follow=True)


def at_stripe(booking: Booking) -> str:
    return payments.gateway().checkout(till.session_of(booking)).status


def test_an_unpaid_time_is_let_go_at_stripe_first(desk, held, text):
    assert "Its payment page at Stripe is closed" in text(desk.get(act(held, "let-go")))
    assert at_stripe(held) == "open"
    page = desk.post(act(held, "let-go"), follow=True)
    held.refresh_from_db()
    assert (held.status, at_stripe(held)) == ("expired", "expired")
    assert "The time is free again." in text(page)


def test_what_was_paid_in_that_moment_is_booked_and_what_a_bank_is_at_stays_held(desk, held, text):
    till.debit(held)
    refused = desk.post(act(held, "let-go"))
    held.refresh_from_db()
    assert (refused.status_code, held.status) == (409, "pending_payment")
    assert "A bank is at this payment already" in text(refused)
    stripe_sessions.settle(till.session_of(held), is_paid=True)
    page = desk.post(act(held, "let-go"), follow=True)
    held.refresh_from_db()
    assert held.status == "confirmed"
    assert "It is not free: it was paid in this very moment" in text(page)


def test_her_word_confirms_a_held_time_and_its_page_at_stripe_is_closed(desk, held, text):
    assert "Your word confirms the session" in text(desk.get(act(held, "received")))
    page = receive(desk, held)
    held.refresh_from_db()
    assert (held.status, at_stripe(held)) == ("confirmed", "expired")
    assert "Kept: €70 received. The session is confirmed." in text(page)
    assert not Payment.objects.filter(state="open").exists()


def test_where_stripe_is_silent_nothing_changes_and_what_was_typed_stays(desk, held, vendors, text):
    vendors.down("stripe")
    for page in (receive(desk, held, "69.50"), desk.post(act(held, "let-go"))):
        assert (page.status_code, SILENT in text(page)) == (503, True)
    assert 'value="69.50"' in text(receive(desk, held, "69.50"))
    held.refresh_from_db()
    assert (held.status, Settlement.objects.exists()) == ("pending_payment", False)


def test_stripe_is_asked_on_demand_whose_account_it_is_and_whether_money_is_real(desk, vendors, text):
    assert "Stripe answers" not in text(desk.get("/admin/money/stripe/"))
    words = text(desk.post("/admin/money/stripe/"))
    assert "Stripe answers." in words
    assert "Test: no real money moves" in words


def mail(booking: Booking) -> Effect:
    effect = Effect.objects.create(kind="payment_link", subject=booking.subject, version=Effect.objects.count() + 1)
    run(effect.pk, timezone.now())
    effect.refresh_from_db()
    return effect


@pytest.mark.rule("R22")
def test_the_mail_carries_the_link_and_nothing_of_what_the_session_is(held, vendors):
    assert mail(held).state == "done"
    [sent] = vendors.mails("oscar@example.com")
    assert f"{vendors.url}/booking/{booking_token(held)}/pay/" in sent.text
    assert "€70 is open for your session on" in sent.text
    assert "Grief" not in sent.text + sent.html + sent.subject


@pytest.mark.rule("R22")
def test_whoever_may_not_be_mailed_is_told_by_her_and_what_is_settled_by_nobody(held, vendors):
    Client.objects.update(may_mail=False)
    assert "told by you instead" in mail(held).reason
    assert FollowUp.objects.get().line.startswith("Give them the payment link: €70 for the session on")
    Booking.objects.update(status="expired")
    assert mail(held).reason == "Nothing is owed for this session."
    assert (vendors.mails(), FollowUp.objects.count()) == ([], 1)
