"""The addresses of these pages, named in the package's docstring."""

from collections.abc import Callable
from typing import Any

from django.urls import URLPattern, path

from practice_admin.workspace.money import account, events, ledger, month, unplaced, views
from practice_admin.workspace.money.acts import MONEY_ACTS


def money_urls(guard: Callable[[Callable[..., Any]], Callable[..., Any]]) -> list[URLPattern]:
    """Every address, each behind `guard`."""
    booking, kept = "bookings/<uuid:public_id>", "money/unplaced/<uuid:public_id>"
    return [
        *(
            path(f"{booking}/{name}/", guard(views.act_on_money), {"act": name}, f"{name}_booking")
            for name in MONEY_ACTS
        ),
        path("money/refunds/<uuid:public_id>/again/", guard(views.retry), name="retry_refund"),
        path("money/refunds/<uuid:public_id>/aside/", guard(views.put_aside), name="put_refund_aside"),
        path("money/settlements/<uuid:public_id>/undo/", guard(views.undo), name="undo_settlement"),
        path(f"{kept}/", guard(unplaced.unplaced_money), name="unplaced_money"),
        path(f"{kept}/place/", guard(unplaced.place_money), name="place_money"),
        path(f"{kept}/back/", guard(unplaced.return_money), name="return_money"),
        path("money/", guard(month.money), name="money"),
        path("money/<int:year>/<int:month>.csv", guard(month.month_file), name="month_file"),
        path("money/events/", guard(events.stripe_events), name="stripe_events"),
        path("money/events/<str:event_id>/again/", guard(events.process_event), name="process_event"),
        path("money/stripe/", guard(account.stripe_account), name="stripe_account"),
        path("clients/<uuid:public_id>/payments/", guard(ledger.client_payments), name="client_payments"),
    ]
