"""Who someone is: the record that a booking makes (R6), and that no visitor can change (R9)."""

from dataclasses import dataclass

from django.db import connection, transaction

from clients.models import Client, User, normal_email


@dataclass(frozen=True)
class Visitor:
    """What somebody typed who has not signed in. Nothing of it is proved."""

    name: str
    email: str
    phone: str
    time_zone: str
    reason: str = ""


def find_or_create_client(visitor: Visitor) -> tuple[Client, bool]:
    """The client behind the visitor's address, and whether the address was known before.

    A new person is written down with what was typed; a known one is left exactly as they are (R9). Belongs into the
    caller's transaction.
    """
    if not connection.in_atomic_block:
        raise transaction.TransactionManagementError("find_or_create_client() belongs into its booking's transaction.")
    user, is_new = User.objects.get_or_create(
        email=normal_email(visitor.email),
        defaults={"name": visitor.name, "phone": visitor.phone, "time_zone": visitor.time_zone},
    )
    client, _ = Client.objects.get_or_create(user=user)
    return client, not is_new
