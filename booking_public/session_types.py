"""What both screens need: the type that an address names, and the page for one that is locked."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from clients.models import Client
from practice_admin.domain.diary import GateClosed
from practice_admin.domain.queries.offers import offers_to
from practice_admin.models import SessionType


def locked_page(
    request: HttpRequest, session_type: SessionType, client: Client | None, error: GateClosed
) -> HttpResponse:
    """403: why this type is not open to this person, and what is."""
    context = {
        "session_type": session_type,
        "locked_reason": error.public_message,
        "open_types": offers_to(client)["open_types"],
    }
    return render(request, "public/locked.html", context, status=403)


def find_type(slug: str) -> SessionType:
    """The type with this slug. Raises Http404."""
    return get_object_or_404(SessionType, slug=slug)
