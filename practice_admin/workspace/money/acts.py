"""Each act on one booking's money: what the page asks, what will come of it, the one operation, what is said after."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.http import QueryDict

from clients.domain.refusals import Refusal
from clients.models import User
from integrations import payments
from practice_admin.domain.holds import give_up_hold
from practice_admin.domain.money import amount_text
from practice_admin.domain.payment_links import mail_payment_link, mails_of, why_no_link
from practice_admin.domain.refunds import NotRefundable, paid_for, refund_booking, refundable
from practice_admin.domain.settlements import Receipt, record_payback, record_settlement, waive_debt
from practice_admin.models import Booking, Dispute, Refund, Settlement
from practice_admin.workspace.figures import figure
from practice_admin.workspace.money import forms, saying

Held = Booking.Status.PENDING_PAYMENT
IN_DISPUTE = (
    "This payment is in dispute: the bank has taken the money up, so it cannot go back from here until that is over. "
    "You answer the dispute in Stripe’s dashboard."
)
USED = "This page was used before: then it was %s, and nothing more was done now."


class NotHeld(Refusal):
    """There is no held time to let go."""


class LeftHasChanged(Refusal):
    """Something went back after the page that asks was made."""

    public_message = "What is left has changed since this page was opened. This is how it stands now."


@dataclass(frozen=True)
class MoneyAct:
    """One thing that she can do. `do` calls the operation and gives back what to say of it."""

    title: str
    button: str
    why_not: Callable[[Booking, datetime], str]
    form: type[forms.MoneyForm]
    most: Callable[[Booking], int]
    says: Callable[[Booking], list[str]]
    do: Callable[[Booking, Any, User, datetime], str]

    def form_for(self, booking: Booking, data: QueryDict | None, today: date) -> forms.MoneyForm:
        """Its form, filled with what is likeliest."""
        initial = {"known_mails": mails_of(booking)} if self.form is forms.LinkForm else {}
        return self.form(data, booking=booking, most=self.most(booking), today=today, initial=initial)


def owed(booking: Booking) -> int:
    """What is owed for it, or asked for while its time is held."""
    return booking.price_minor if booking.status == Held else figure(booking, "owed_minor")


def _why_no_refund(booking: Booking, _now: datetime) -> str:
    if Dispute.objects.filter(payment__booking=booking, standing=Dispute.Standing.OPEN).exists():
        return IN_DISPUTE
    if refundable(booking):
        return ""
    if paid_for(booking):
        return "All that was paid by card for this session has gone back, or is on its way."
    return "Nothing was paid by card for this session, so nothing can be paid back to a card."


def _refund(booking: Booking, form: forms.RefundForm, user: User, now: datetime) -> str:
    key = form.cleaned_data["form_key"]
    if not Refund.objects.filter(payment__booking=booking, ask_key=key).exists():
        _ensure_as_shown(booking, form.cleaned_data["known_left"], now)
    asked = refund_booking(
        public_id=booking.public_id,
        amount_minor=form.typed.minor,
        currency=form.typed.currency,
        ask_key=key,
        asked_by=user,
        now=now,
        is_still_owed=form.cleaned_data["fee"] == forms.STILL_OWED,
    )
    total = sum(refund.amount_minor for refund in asked)
    told = amount_text(total, booking.currency)
    return f"{told} goes back." if total == form.typed.minor else USED % f"{told} that went back"


def _ensure_as_shown(booking: Booking, known_left: int, now: datetime) -> None:
    """Another page may have asked for a refund since, and a bank may have taken the payment up."""
    if why_not := _why_no_refund(booking, now):
        raise NotRefundable(why_not)
    if refundable(booking) != known_left:
        raise LeftHasChanged


def _why_not_received(booking: Booking, _now: datetime) -> str:
    return "" if owed(booking) > 0 else "Nothing is owed for this session."


def _receipt(form: forms.ReceiptForm, user: User) -> Receipt:
    typed = form.cleaned_data
    return Receipt(
        amount_minor=form.typed.minor,
        currency=form.typed.currency,
        manner=Settlement.Manner(typed["manner"]),
        paid_on=typed["paid_on"],
        recorded_by=user,
        form_key=typed["form_key"],
        note=typed["note"],
    )


def _received(booking: Booking, form: forms.ReceiptForm, user: User, now: datetime) -> str:
    gateway = payments.gateway()
    kept = record_settlement(booking_id=booking.public_id, receipt=_receipt(form, user), gateway=gateway, now=now)
    held = " The session is confirmed." if booking.status == Held else ""
    return _kept(kept, form, "received") + held


def _why_no_payback(booking: Booking, _now: datetime) -> str:
    if _by_hand(booking) > 0:
        return ""
    return "Nothing is recorded as received by hand for this session, so nothing can be given back so."


def _payback(booking: Booking, form: forms.ReceiptForm, user: User, now: datetime) -> str:
    kept = record_payback(booking_id=booking.public_id, receipt=_receipt(form, user), now=now)
    return _kept(kept, form, "given back")


def _why_not_waived(booking: Booking, _now: datetime) -> str:
    return "" if figure(booking, "owed_minor") > 0 else "Nothing is owed for this session."


def _waive(booking: Booking, form: forms.WaiveForm, user: User, now: datetime) -> str:
    kept = waive_debt(
        booking_id=booking.public_id,
        recorded_by=user,
        form_key=form.cleaned_data["form_key"],
        now=now,
        amount_minor=form.typed.minor,
        note=form.cleaned_data["note"],
    )
    return _kept(kept, form, "waived")


def _kept(kept: Settlement, form: forms.MoneyForm, word: str) -> str:
    """What was recorded; where the page had been used before, what was recorded then."""
    told = f"{amount_text(abs(kept.amount_minor), kept.currency)} {word}"
    return f"Kept: {told}." if abs(kept.amount_minor) == form.typed.minor else USED % told


def _mail_link(booking: Booking, form: forms.LinkForm, _user: User, now: datetime) -> str:
    known = form.cleaned_data["known_mails"]
    is_new = mail_payment_link(public_id=booking.public_id, known_mails=known, now=now)
    return saying.link_sent(booking) if is_new else "That page was used before: the link is on its way already."


def _why_not_let_go(booking: Booking, _now: datetime) -> str:
    return "" if booking.status == Held else "This time is not held for a payment."


def _let_go(booking: Booking, _form: forms.MoneyForm, _user: User, now: datetime) -> str:
    if why_not := _why_not_let_go(booking, now):  # nothing to give up is nothing to refuse for the domain
        raise NotHeld(why_not)
    left = give_up_hold(public_id=booking.public_id, gateway=payments.gateway(), now=now)
    if left.status == Booking.Status.EXPIRED:
        return "The time is free again."
    return f"It is not free: it was paid in this very moment, so it is marked “{left.get_status_display().lower()}”."


def _nothing(_booking: Booking) -> int:
    return 0


def _by_hand(booking: Booking) -> int:
    return max(0, figure(booking, "received_minor"), -figure(booking, "owed_minor"))


MONEY_ACTS = {
    "refund": MoneyAct(
        "Pay back to the card",
        "Pay it back",
        _why_no_refund,
        forms.RefundForm,
        refundable,
        saying.of_refund,
        _refund,
    ),
    "received": MoneyAct(
        "Record a payment",
        "Keep it",
        _why_not_received,
        forms.ReceiptForm,
        owed,
        saying.of_received,
        _received,
    ),
    "payback": MoneyAct(
        "Given back by hand",
        "Keep it",
        _why_no_payback,
        forms.ReceiptForm,
        _by_hand,
        saying.of_payback,
        _payback,
    ),
    "waive": MoneyAct(
        "Waive what is owed",
        "Waive it",
        _why_not_waived,
        forms.WaiveForm,
        owed,
        saying.of_waiving,
        _waive,
    ),
    "pay-link": MoneyAct(
        "The payment link",
        "Mail it",
        why_no_link,
        forms.LinkForm,
        _nothing,
        saying.of_link,
        _mail_link,
    ),
    "let-go": MoneyAct(
        "Let this time go",
        "Let it go",
        _why_not_let_go,
        forms.MoneyForm,
        _nothing,
        saying.of_letting_go,
        _let_go,
    ),
}
