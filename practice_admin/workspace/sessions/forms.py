"""What the acts on one booking take in."""

from typing import Any

from django import forms

from practice_admin.domain.moving import Stale
from practice_admin.models import Booking
from practice_admin.workspace.arranging.forms import TimeForm

WHOSE = [(Booking.Side.CLIENT.value, "The client"), (Booking.Side.THERAPIST.value, "I did")]


class KnownForm(forms.Form):
    """Which version of the booking the page showed; without one it counts as too old."""

    known_version = forms.IntegerField(
        widget=forms.HiddenInput,
        error_messages={"required": Stale.public_message, "invalid": Stale.public_message},
    )


class FeeForm(KnownForm):
    """What becomes of the fee, where there is one."""

    fee = forms.ChoiceField(
        choices=Booking.Fee.choices,
        error_messages={
            "required": "Please choose what becomes of the fee.",
            "invalid_choice": "Please choose what becomes of the fee.",
        },
    )

    def __init__(self, *args: Any, is_free: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if is_free:
            del self.fields["fee"]

    @property
    def chosen_fee(self) -> Booking.Fee:
        """What was chosen; of a free session nothing is charged. Only for a valid form."""
        return Booking.Fee(self.cleaned_data.get("fee") or Booking.Fee.WAIVED)


class CancelForm(FeeForm):
    """Who called it off, and what becomes of the fee."""

    by = forms.ChoiceField(
        choices=WHOSE,
        error_messages={
            "required": "Please choose who called it off.",
            "invalid_choice": "Please choose who called it off.",
        },
    )


class MoveForm(KnownForm, TimeForm):
    """Another time for a booking that is there."""
