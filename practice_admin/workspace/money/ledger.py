"""One client's money in one place: every charge, payment, refund and dispute, and what they come to."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from practice_admin.domain.queries.ledger import ledger_of
from practice_admin.workspace.desk import practice_of
from practice_admin.workspace.money.pages import page
from practice_admin.workspace.people.pages import client_or_404


@require_safe
def client_payments(request: HttpRequest, public_id: UUID) -> HttpResponse:
    """The ledger, the newest first."""
    client = client_or_404(public_id)
    ledger = ledger_of(client, practice_of(request))
    balances = {currency: minor for currency, minor in ledger.balances.items() if minor}
    return page(request, "ledger", "Payments", client=client, entries=ledger.entries[::-1], balances=balances)
