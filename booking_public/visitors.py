"""Who is on the other side of a request."""

from django.http import HttpRequest

from clients.domain.queries.people import client_of
from clients.models import Client


def signed_in_client(request: HttpRequest) -> Client | None:
    """The client who is signed in; None for a visitor, and for the therapist."""
    return client_of(request.user.pk) if request.user.is_authenticated else None
