"""Who is on the other side of a request."""

from django.http import HttpRequest

from clients.models import Client


def signed_in_client(request: HttpRequest) -> Client | None:
    """The client who is signed in; None for a visitor, and for the therapist, who is nobody's client."""
    if not request.user.is_authenticated:
        return None
    return Client.objects.select_related("user").filter(user_id=request.user.pk).first()
