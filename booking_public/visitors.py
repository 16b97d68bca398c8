"""Who is on the other side of a request."""

from django.http import HttpRequest

from clients.models import Client


def signed_in_client(request: HttpRequest) -> Client | None:
    """The client who is signed in; None for a visitor, and for the therapist, who is nobody's client.

    Not even where a visitor typed her address and so made her one (R9).
    """
    if not request.user.is_authenticated:
        return None
    return Client.objects.select_related("user").filter(user_id=request.user.pk, user__is_staff=False).first()
