"""Who somebody is."""

from clients.models import Client


def client_of(user_id: int) -> Client | None:
    """The client that this user is; None for the therapist, who is nobody's client.

    Not even where a visitor typed her address and so made her one (R9).
    """
    return Client.objects.select_related("user").filter(user_id=user_id, user__is_staff=False).first()
