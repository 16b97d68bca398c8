"""What the acts on money take in. What the domain judges is not judged twice: its words are shown beside the field."""

import re
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import uuid4

from django import forms
from django.http import QueryDict

from practice_admin.domain.money import SIGNS, decimal_text, read_amount
from practice_admin.models import Booking, Settlement
from practice_admin.workspace.hours.fields import DayField
from practice_admin.workspace.people.pages import text_field

CODES = {sign: code for code, sign in SIGNS.items()}
_MARK = rf"[A-Za-z]{{3}}|[{re.escape(''.join(CODES))}]"
_NAMED = re.compile(rf"^\s*({_MARK})|({_MARK})\s*$")
UNREADABLE = "That page could not be read. Please look at everything, then send it again."
MANNERS = [(manner.value, manner.label) for manner in Settlement.Manner if manner != Settlement.Manner.WAIVED]
LOWERED, STILL_OWED = "lowered", "owed"
SAY_HOW = "Say how the money moved: by bank, in cash or otherwise."


@dataclass(frozen=True)
class Typed:
    """An amount as it was typed: in minor units of `currency`, which may be another one than the booking's."""

    minor: int
    currency: str


class AmountField(forms.CharField):
    """An amount as people type it ("70", "70.50", "€70", "70,50 EUR"), in `currency` where they name none."""

    currency = ""

    def __init__(self, **kwargs: Any) -> None:
        attrs = {"class": "desk-input money-amount", "inputmode": "decimal", "autocomplete": "off"}
        super().__init__(label="Amount", required=False, widget=forms.TextInput(attrs=attrs), **kwargs)

    def clean(self, value: Any) -> Typed:
        """The amount, in whichever currency it names."""
        text: str = super().clean(value)
        named = _NAMED.search(text)
        mark = (named[1] or named[2]).upper() if named else self.currency
        currency = CODES.get(mark, mark)
        minor = read_amount(_NAMED.sub("", text, count=1), currency)
        if minor is None:
            example = decimal_text(7000, self.currency) if self.currency else "70"
            raise forms.ValidationError(f"Please write an amount like {example}.", code="invalid")
        return Typed(minor, currency)


class KeyField(forms.UUIDField):
    """Names one page, so that what it asks for happens once, however often it is sent."""

    widget = forms.HiddenInput

    def __init__(self) -> None:
        super().__init__(error_messages={"required": UNREADABLE, "invalid": UNREADABLE})


class MoneyForm(forms.Form):
    """An act on one booking's money, without a question."""

    def __init__(
        self, data: QueryDict | None, *, booking: Booking, most: int, today: date, initial: dict[str, Any]
    ) -> None:
        prefilled = decimal_text(most, booking.currency) if most > 0 else ""
        usual = {"form_key": uuid4(), "amount": prefilled, "paid_on": today, "fee": LOWERED, "known_left": most}
        super().__init__(data, initial=usual | initial)
        amount = self.fields.get("amount")
        if isinstance(amount, AmountField):
            amount.currency = booking.currency

    @property
    def typed(self) -> Typed:
        """The amount. Only for a valid form that asks for one."""
        amount: Typed = self.cleaned_data["amount"]
        return amount


class RefundForm(MoneyForm):
    """How much goes back to the card, and whether it is asked for otherwise; how much was left when it was shown."""

    amount = AmountField()
    fee = forms.ChoiceField(
        label="And the fee?",
        choices=[
            (LOWERED, "It is lowered by as much: nothing more is asked for"),
            (STILL_OWED, "It stays owed: they will pay it otherwise"),
        ],
        widget=forms.RadioSelect,
        error_messages={"required": "Please choose what becomes of the fee."},
    )
    form_key = KeyField()
    known_left = forms.IntegerField(
        widget=forms.HiddenInput, error_messages={"required": UNREADABLE, "invalid": UNREADABLE}
    )


class ReceiptForm(MoneyForm):
    """Money that moved by hand."""

    amount = AmountField()
    manner = forms.ChoiceField(
        label="How",
        choices=MANNERS,
        widget=forms.RadioSelect,
        error_messages={"required": SAY_HOW, "invalid_choice": SAY_HOW},
    )
    paid_on = DayField(label="On which day")
    note = text_field("A note (only you read it)")
    form_key = KeyField()


class WaiveForm(MoneyForm):
    """How much is asked for no longer."""

    amount = AmountField()
    note = text_field("Why (only you read it)")
    form_key = KeyField()

    def clean(self) -> dict[str, Any]:
        """A debt is in the booking's currency; there is nothing else to waive."""
        typed = super().clean() or {}
        amount, field = typed.get("amount"), self.fields["amount"]
        if isinstance(amount, Typed) and isinstance(field, AmountField) and amount.currency != field.currency:
            self.add_error("amount", f"This session is priced in {field.currency}.")
        return typed


class LinkForm(MoneyForm):
    """How many mails with the link had been asked for when the page was made."""

    known_mails = forms.IntegerField(
        widget=forms.HiddenInput,
        min_value=0,
        error_messages={"required": UNREADABLE, "invalid": UNREADABLE, "min_value": UNREADABLE},
    )


class UndoForm(forms.Form):
    """Why it was a mistake, if she likes."""

    note = text_field("A note (only you read it)")
