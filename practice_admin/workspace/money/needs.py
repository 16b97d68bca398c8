"""What of the money waits for her, in its fixed order: unplaced, disputed, not paid back, not understood, silent."""

from collections.abc import Iterator
from datetime import datetime

from django.urls import reverse
from django.utils import timezone

from practice_admin.domain.money import amount_text
from practice_admin.domain.queries import money_needs
from practice_admin.domain.refunds import left_of
from practice_admin.models import Booking, Dispute, Payment, Refund, StripeEvent
from practice_admin.workspace.money.words import event_words, plain_code, sums_text
from practice_admin.workspace.need import Need
from practice_admin.workspace.queries.money import sums_of
from practice_admin.workspace.wording import effect_error, short_date, when


def money_to_see_to(now: datetime, events: list[StripeEvent]) -> Iterator[Need]:
    """What is urgent of it. `events` are those that could not be acted on (`failed_events`)."""
    yield from (_unplaced(payment) for payment in money_needs.money_to_place())
    yield from (_dispute(dispute) for dispute in money_needs.disputes_to_answer())
    yield from (_refund(refund) for refund in money_needs.failed_refunds())
    if events:
        yield _events(events)
    yield from (_silent(booking) for booking in money_needs.silent_holds(now))


def money_owed(now: datetime) -> Iterator[Need]:
    """The debts, in one line: they can wait."""
    debts = list(money_needs.debts(now))
    if debts:
        sums = sums_text(sums_of((booking.currency, booking.owed_minor) for booking in debts))
        count = f"{len(debts)} session{'' if len(debts) == 1 else 's'}"
        title, href = f"{sums} is owed to you", reverse("admin:money")
        yield Need("savings", title, f"For {count}", "See them", href, is_quiet=True)


def _unplaced(payment: Payment) -> Need:
    is_gone = payment.booking.status in {Booking.Status.EXPIRED, Booking.Status.CANCELLED}
    left = amount_text(left_of(payment), payment.currency)
    return Need(
        icon="payments",
        title=f"{left} came {'for a time that was gone' if is_gone else 'once too often'}",
        about=str(payment.client),
        at=payment.booking.starts_at,
        card=_card(payment.booking),
        detail="They were asked whether they want another time, or it back.",
        action="Place it or give it back",
        href=reverse("admin:unplaced_money", args=[payment.public_id]),
        is_urgent=True,
    )


def _dispute(dispute: Dispute) -> Need:
    amount = amount_text(dispute.amount_minor, dispute.currency)
    return Need(
        icon="gavel",
        title=f"{amount} is disputed{_by(dispute)}",
        about=str(dispute.payment.client),
        at=dispute.payment.booking.starts_at,
        card=_card(dispute.payment.booking),
        detail=_turn(dispute),
        action="Open session",
        href=_card(dispute.payment.booking),
        is_urgent=dispute.needs_answer,
    )


def _by(dispute: Dispute) -> str:
    if not (dispute.needs_answer and dispute.answer_by):
        return ""
    day = timezone.localtime(dispute.answer_by).date()
    return f": answer by {short_date(day, timezone.localdate())}"


def _turn(dispute: Dispute) -> str:
    reason = f"The bank says: {plain_code(dispute.reason)}. " if dispute.reason else ""
    turn = "You answer it in Stripe’s dashboard." if dispute.needs_answer else "It waits for the bank."
    return f"{reason}{turn}"


def _refund(refund: Refund) -> Need:
    payment = refund.payment
    return Need(
        icon="currency_exchange",
        title=f"{amount_text(refund.amount_minor, payment.currency)} could not be paid back",
        about=str(payment.client),
        at=payment.booking.starts_at,
        card=_card(payment.booking),
        detail=f"Stripe said: {plain_code(refund.failure_reason)}." if refund.failure_reason else "",
        action="Try again",
        href=reverse("admin:retry_refund", args=[refund.public_id]),
        is_urgent=True,
    )


def _events(events: list[StripeEvent]) -> Need:
    many = len(events) > money_needs.A_HANDFUL
    count = f"More than {money_needs.A_HANDFUL}" if many else str(len(events))
    noun = "event" if len(events) == 1 else "events"
    return Need(
        icon="sync_problem",
        title=f"{count} {noun} from Stripe could not be acted on",
        about=event_words(events[0].kind),
        detail=effect_error(events[0].error),
        action="See",
        href=f"{reverse('admin:stripe_events')}?state={StripeEvent.State.FAILED}",
        is_urgent=True,
    )


def _silent(booking: Booking) -> Need:
    since = when(timezone.localtime(booking.hold_expires_at), timezone.localtime()) if booking.hold_expires_at else ""
    return Need(
        icon="hourglass_disabled",
        title="A time is still held: Stripe cannot be asked whether it was paid",
        about=str(booking.client),
        at=booking.starts_at,
        card=_card(booking),
        detail=f"It was to be paid by {since}.",
        action="Open session",
        href=_card(booking),
        is_urgent=True,
    )


def _card(booking: Booking) -> str:
    return reverse("admin:booking", args=[booking.public_id])
