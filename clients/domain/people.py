"""Who someone is: the record that a booking makes (R6), and that no visitor can change (R9)."""

from dataclasses import dataclass

from django.db import connection, transaction

from clients.models import Client, normal_email

# One statement whether the address is known or not, so that neither its time nor its course tells which (R9).
_FIND_OR_CREATE = """
WITH new_user AS (
    INSERT INTO clients_user (email, name, phone, time_zone) VALUES (%(email)s, %(name)s, %(phone)s, %(time_zone)s)
    ON CONFLICT (email) DO NOTHING RETURNING id
), the_user AS (
    SELECT id, false AS was_known FROM new_user
    UNION ALL SELECT id, true FROM clients_user WHERE email = %(email)s
), new_client AS (
    INSERT INTO clients_client (user_id) SELECT id FROM the_user ON CONFLICT (user_id) DO NOTHING RETURNING *
)
SELECT was_known, new_client.* FROM new_client JOIN the_user ON the_user.id = user_id
UNION ALL SELECT was_known, client.* FROM clients_client client JOIN the_user ON the_user.id = user_id
"""


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
    # Somebody whom another transaction is writing down just now is waited for, and seen by the second look only.
    found = _find_or_create(visitor) or _find_or_create(visitor)
    if found is None:
        raise Client.DoesNotExist
    return found


def _find_or_create(visitor: Visitor) -> tuple[Client, bool] | None:
    typed = {"name": visitor.name, "phone": visitor.phone, "time_zone": visitor.time_zone}
    for client in Client.objects.raw(_FIND_OR_CREATE, typed | {"email": normal_email(visitor.email)}):
        return client, vars(client).pop("was_known")
    return None
