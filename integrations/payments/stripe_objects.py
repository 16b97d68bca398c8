"""What Stripe is asked and what it answers, as far as we use it: its objects read into plain ones at the door.

Facts are from https://docs.stripe.com/api (API 2026-10-28.endive) and stripe-python 16.1.0's own declarations. Amounts
are whole minor units of their currency (see `amounts`), currencies ISO 4217 codes in capitals, moments aware and UTC.
The readers raise AttributeError, KeyError, TypeError or ValueError for an answer of another shape.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Literal, get_args

import stripe

Status = Literal["open", "complete", "expired"]
PaymentStatus = Literal["paid", "unpaid", "no_payment_required"]
Money = Literal["none", "awaited", "paid", "failed"]
RefundStatus = Literal["pending", "requires_action", "succeeded", "failed", "canceled"]
Standing = Literal["open", "won", "lost", "closed"]
_STATUSES: dict[str | None, Status] = {word: word for word in get_args(Status)}
_PAYMENT_STATUSES: dict[str, PaymentStatus] = {word: word for word in get_args(PaymentStatus)}
_REFUND_STATUSES: dict[str | None, RefundStatus] = {word: word for word in get_args(RefundStatus)}
# A dispute that is over; whatever else Stripe says of one, it is not. A closed one ended without a ruling.
_ENDINGS: dict[str, Standing] = {"won": "won", "lost": "lost", "warning_closed": "closed", "prevented": "closed"}


@dataclass(frozen=True)
class CheckoutRequest:
    """One payment to ask for on Stripe's hosted page.

    `amount_minor` is in the currency's smallest unit (cents); `currency` is an ISO 4217 code in capitals, which Stripe
    writes small. `description` is what the client reads beside the amount, on the receipt and on Stripe's page, and
    what their bank may see: nothing clinical. `expires_at` is aware, at least 30 minutes and at most 24 hours ahead as
    Stripe counts, so ask for 31 minutes or more. Stripe puts the session's id in place of `{CHECKOUT_SESSION_ID}` in
    `success_url`. `idempotency_key`: the same key and request give the same answer for at least 24 hours, refusals too,
    so a fresh attempt needs a fresh key. `metadata` is read by whoever opens Stripe's dashboard. `locale` is the
    language that the page speaks (`en-gb`, `de`); "auto", or one that Stripe does not speak, leaves it to the browser.

    Raises ValueError for a naive `expires_at`.
    """

    reference: str
    description: str
    amount_minor: int
    currency: str
    customer_email: str
    success_url: str
    cancel_url: str
    expires_at: datetime
    idempotency_key: str
    metadata: Mapping[str, str] = field(default_factory=dict)
    locale: str = "auto"

    def __post_init__(self) -> None:
        if self.expires_at.tzinfo is None:
            raise ValueError("expires_at must be aware.")


@dataclass(frozen=True)
class CheckoutSession:
    """A Checkout Session as Stripe has it now. What to act on is `money`.

    `url` is where the client pays, empty once the session is no longer open. `payment_intent` is empty until there is
    one; `intent_status` is Stripe's word for it and `failure_code` for what came of its last attempt
    (`card_declined`). `receipt_url` is Stripe's receipt, empty until paid; it shows refunds too. `reference` is the
    request's.
    """

    id: str
    url: str
    status: Status
    payment_status: PaymentStatus
    payment_intent: str
    amount_minor: int
    currency: str
    reference: str
    expires_at: datetime
    intent_status: str = ""
    failure_code: str = ""
    receipt_url: str = ""

    @property
    def money(self) -> Money:
        """Whether the money is there.

        "none": nobody paid, so far or for good (look at `status`). "awaited": the client did their part, and the bank
        takes days or waits for a transfer; nothing can be paid a second time. "paid": it is there, or nothing was due.
        "failed": the bank refused after all; this session is over, and only another can be paid.
        """
        if self.payment_status == "paid" or (self.status, self.payment_status) == ("complete", "no_payment_required"):
            return "paid"
        if self.status == "complete":
            # After a late refusal a session stays complete and unpaid for ever: its payment alone says which.
            return "failed" if self.intent_status in {"requires_payment_method", "canceled"} else "awaited"
        is_under_way = self.status == "expired" and self.intent_status in {"processing", "succeeded"}
        return "awaited" if is_under_way else "none"


@dataclass(frozen=True)
class RefundRequest:
    """Money to pay back out of one payment, all of it or a part.

    `amount_minor` is in the smallest unit of the payment's own currency. `idempotency_key` and `metadata` as in
    `CheckoutRequest`: the same key pays back once.
    """

    payment_intent: str
    amount_minor: int
    idempotency_key: str
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Refunded:
    """A refund as Stripe has it now. One that `succeeded` may still turn `failed`, days later.

    `failure_reason` is Stripe's own word for it (`expired_or_canceled_card`), empty unless it failed. `metadata` is the
    request's, and empty for a refund that was made in Stripe's dashboard.
    """

    id: str
    status: RefundStatus
    failure_reason: str
    payment_intent: str
    amount_minor: int
    currency: str
    made_at: datetime
    metadata: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Dispute:
    """A payment that its payer took up with the bank, as Stripe has it now.

    `reason` and `status` are Stripe's own words (`fraudulent`; `needs_response`), of which there may be new ones.
    `answer_by` is when evidence must be there, None where the bank takes none. It is answered in Stripe's dashboard.
    """

    id: str
    payment_intent: str
    amount_minor: int
    currency: str
    reason: str
    status: str
    answer_by: datetime | None

    @property
    def standing(self) -> Standing:
        """How it ended; "open" while it has not, "closed" where nobody ruled (an inquiry that went no further)."""
        return _ENDINGS.get(self.status, "open")

    @property
    def needs_answer(self) -> bool:
        """Whether it is the therapist's turn."""
        return self.status.endswith("needs_response")


@dataclass(frozen=True)
class Account:
    """Whose account the key belongs to. `is_live`: real money moves. `can_charge`: Stripe lets it take payments."""

    id: str
    name: str
    currency: str
    can_charge: bool
    is_live: bool


def read_session(answer: stripe.checkout.Session) -> CheckoutSession:
    """A session, with what its payment says where that was expanded."""
    intent = answer.payment_intent
    return CheckoutSession(
        id=answer.id,
        url=answer.url or "",
        status=_STATUSES[answer.status],
        payment_status=_PAYMENT_STATUSES[answer.payment_status],
        payment_intent=_id_of(intent),
        amount_minor=int(answer.amount_total or 0),
        currency=(answer.currency or "").upper(),
        reference=answer.client_reference_id or "",
        expires_at=_moment(answer.expires_at),
        **(_of_intent(intent) if isinstance(intent, stripe.PaymentIntent) else {}),
    )


def read_refund(answer: stripe.Refund) -> Refunded:
    """A refund. Stripe leaves `failure_reason` out unless it failed."""
    return Refunded(
        id=answer.id,
        status=_REFUND_STATUSES[answer.status],
        failure_reason=getattr(answer, "failure_reason", None) or "",
        payment_intent=_id_of(answer.payment_intent),
        amount_minor=int(answer.amount),
        currency=answer.currency.upper(),
        made_at=_moment(answer.created),
        metadata=dict(answer.metadata.to_dict()) if answer.metadata else {},
    )


def read_dispute(answer: stripe.Dispute) -> Dispute:
    """A dispute."""
    due_by = answer.evidence_details.due_by  # 0 where the bank takes no answer
    return Dispute(
        id=answer.id,
        payment_intent=_id_of(answer.payment_intent),
        amount_minor=int(answer.amount),
        currency=answer.currency.upper(),
        reason=answer.reason,
        status=answer.status,
        answer_by=_moment(due_by) if due_by else None,
    )


def read_account(answer: stripe.Account, *, is_live: bool) -> Account:
    """An account, by the name that its dashboard shows, or else the one that clients know it by."""
    shown = answer.settings.dashboard.display_name if answer.settings else None
    known = answer.business_profile.name if answer.business_profile else None
    return Account(
        id=answer.id,
        name=shown or known or "",
        currency=(answer.default_currency or "").upper(),
        can_charge=bool(answer.charges_enabled),
        is_live=is_live,
    )


def _of_intent(intent: stripe.PaymentIntent) -> dict[str, str]:
    charge, error = intent.latest_charge, intent.last_payment_error
    receipt = charge.receipt_url if isinstance(charge, stripe.Charge) and charge.paid else None
    return {
        "intent_status": intent.status,
        "failure_code": (error.code if error else None) or "",
        "receipt_url": receipt or "",
    }


def _id_of(named: "str | stripe.PaymentIntent | None") -> str:
    """The id, whether Stripe names the payment or shows it whole; "" for none."""
    return named if isinstance(named, str) else named.id if named else ""


def _moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
