"""Mail obeys how each client may safely be contacted, and she is told what it may not say (R22)."""

from datetime import timedelta
from pathlib import Path
from uuid import uuid4

import pytest
import time_machine
from django.conf import settings

from clients.domain.sign_in import request_link
from clients.models import Client, FollowUp, SignInToken, User, no_mailbox
from integrations import payments
from integrations.errors import VendorError
from integrations.outbox.models import Effect
from integrations.outbox.operations import run, run_due
from practice_admin.domain.cancelling import cancel_by_therapist
from practice_admin.domain.payments import ReturnAddresses, open_checkout
from practice_admin.handlers.letters import send_to_client
from practice_admin.models import Booking, Reminder
from tests.factories import MONDAY, NOW, make_booking, make_client, make_session, make_session_type, therapist

pytestmark = [pytest.mark.django_db, pytest.mark.rule("R22")]

ALICE = "alice@example.com"


@pytest.fixture(autouse=True)
def friday():
    therapist()
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def alice() -> Client:
    return make_client(ALICE, name="Alice", stage="ongoing", may_mail=False)


def done(kind: str, subject: str, version: int = 1) -> Effect:
    """The effect after its turn. No vendor stands behind these tests: one that was asked would be due again."""
    effect = Effect.objects.create(kind=kind, subject=subject, version=version, due_at=NOW)
    run(effect.pk, NOW)
    effect.refresh_from_db()
    assert effect.state == "done", effect.last_error
    return effect


def lines() -> list[str]:
    return [one.line for one in FollowUp.objects.filter(ended_at=None)]


def test_she_is_asked_to_tell_what_the_mail_may_not_and_the_effect_says_so(alice) -> None:
    booking = make_booking(alice, make_session(name="Session"))
    effect = done("client_email", booking.subject)
    assert effect.reason == "no mail: it is not safe for them; told by you instead: it stands under “Needs you”"
    assert lines() == ["Tell them: Session booked: Mon 30 Nov, 09:00"]
    assert FollowUp.objects.get().due_on == NOW.date()


def test_a_later_change_overtakes_what_was_to_be_told(alice) -> None:
    booking = make_booking(alice, make_session(name="Session"))
    done("client_email", booking.subject)
    Booking.objects.update(status="cancelled", version=2)
    done("client_email", booking.subject, 2)
    assert lines() == ["Tell them: Session cancelled: Mon 30 Nov, 09:00"]
    run(Effect.objects.get(version=1).pk, NOW)
    assert FollowUp.objects.count() == 2


def test_a_booking_under_their_address_is_asked_about(alice) -> None:
    booking = make_booking(alice, make_session_type(name="Discovery call"), awaits_owner=True, guest_name="A stranger")
    done("client_email", booking.subject)
    [line] = lines()
    assert line.startswith("Ask whether this is theirs")
    assert "stranger" not in line


def test_a_series_is_one_line_and_stays_when_one_of_it_changes(alice) -> None:
    session, series = make_session(name="Session"), uuid4()
    first, second = (
        make_booking(alice, session, starts_at=MONDAY + timedelta(weeks=week), series_id=series) for week in (0, 1)
    )
    done("client_email", first.subject)
    done("client_email", second.subject)
    assert lines() == ["Tell them: Session booked, 2 times from Mon 30 Nov, 09:00"]
    Booking.objects.filter(pk=first.pk).update(status="cancelled", version=2)
    done("client_email", first.subject, 2)
    assert len(lines()) == 2


@pytest.mark.rule("R21")
def test_a_reminder_becomes_hers_and_one_of_a_cancelled_session_nobodys(alice) -> None:
    booking = make_booking(alice, make_session(name="Session"))
    reminder = Reminder.objects.create(booking=booking, starts_at=booking.starts_at)
    done("reminder", reminder.subject)
    assert lines() == ["Remind them: Session, Mon 30 Nov, 09:00"]
    Booking.objects.update(status="cancelled")
    second = Reminder.objects.create(booking=booking, starts_at=booking.starts_at, ordinal=2)
    done("reminder", second.subject)
    assert len(lines()) == 1


@pytest.mark.rule("R7")
def test_no_sign_in_link_goes_to_a_mailbox_that_is_not_safe(alice) -> None:
    request_link(email=ALICE, next_path="", now=NOW)
    effect = Effect.objects.get(kind="sign_in_email")
    run(effect.pk, NOW)
    effect.refresh_from_db()
    assert (effect.state, effect.reason) == ("done", "no mail: it is not safe for them")
    assert not SignInToken.objects.exists()


def test_somebody_without_a_mailbox_is_never_mailed_whatever_the_switch_says() -> None:
    carla = make_client(name="Carla", stage="ongoing")
    User.objects.filter(pk=carla.user.pk).update(email=no_mailbox(), is_active=False)
    effect = done("client_email", make_booking(carla, make_session()).subject)
    assert effect.reason.startswith("no mail: they have no mailbox")
    assert len(lines()) == 1


def test_a_mail_that_nobody_thought_about_does_not_go_all_the_same(alice) -> None:
    with pytest.raises(VendorError, match="not safe for them") as refused:
        send_to_client("reminder", client=alice, key="a key", context={})
    assert not refused.value.retryable


def test_no_handler_knows_another_way_to_a_clients_mailbox() -> None:
    """The sign-in link asks for itself: its mailbox may be the therapist's."""
    folder = Path(settings.BASE_DIR, "practice_admin", "handlers")
    reach = {path.name for path in folder.glob("*.py") if "user.email" in path.read_text()}
    assert reach == {"letters.py", "sign_in.py"}


@pytest.mark.django_db(transaction=True)
def test_with_the_real_mail_nothing_reaches_them_and_the_others_get_theirs(vendors, alice) -> None:
    bob, session = make_client("bob@example.com", stage="ongoing"), make_session()
    bookings = [make_booking(who, session, starts_at=MONDAY + timedelta(days=n)) for n, who in enumerate((alice, bob))]
    for booking in bookings:
        cancel_by_therapist(public_id=booking.public_id, fee=Booking.Fee.WAIVED, by=Booking.Side.THERAPIST, now=NOW)
    run_due(NOW)
    assert vendors.mails(ALICE) == []
    assert len(vendors.mails("bob@example.com")) == 1
    assert len(lines()) == 1


@pytest.mark.django_db(transaction=True)
def test_stripe_is_not_given_an_address_to_mail_to(vendors, alice) -> None:
    from integrations.sandbox import store, stripe_sessions

    held = make_booking(alice, make_session(), status="pending_payment", hold_expires_at=NOW + timedelta(hours=1))
    back = ReturnAddresses("https://example.com/ok", "https://example.com/back")
    assert open_checkout(public_id=held.public_id, gateway=payments.gateway(), back_to=back, now=NOW)
    [kept] = store.all(stripe_sessions.KIND)
    assert ALICE not in str(kept)
