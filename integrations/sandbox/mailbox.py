"""What the sandbox's Resend delivered: documents as Resend took them, with an id and the time of arrival."""

import base64
from dataclasses import dataclass
from datetime import UTC, datetime

from integrations.sandbox import store

KIND = "mail"


@dataclass(frozen=True)
class Attachment:
    """A file that came with a mail."""

    name: str
    content_type: str
    content: bytes


@dataclass(frozen=True)
class Mail:
    """One mail in the box. `headers` are those that the sender set; `arrived_at` is aware, in UTC."""

    id: str
    arrived_at: datetime
    sender: str
    to: list[str]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    attachments: list[Attachment]


def deliver(mail_id: str, mail: store.Document) -> str:
    """Keep `mail` under its id, which is returned."""
    store.put(KIND, mail_id, mail | {"arrived_at": datetime.now(UTC).isoformat()})
    return mail_id


def messages(to: str = "") -> list[Mail]:
    """Newest first; only those to the address `to`, where one is given."""
    found = [_mail(mail_id, document) for mail_id, document in store.all(KIND).items()]
    return [mail for mail in reversed(found) if not to or to.lower() in (each.lower() for each in mail.to)]


def message(mail_id: str) -> Mail | None:
    """One mail, or None."""
    document = store.get(KIND, mail_id)
    return _mail(mail_id, document) if document else None


def empty() -> None:
    """Throw every mail away. Idempotency keys stay: what was sent once is not sent again."""
    for mail_id in store.all(KIND):
        store.delete(KIND, mail_id)


def _mail(mail_id: str, document: store.Document) -> Mail:
    return Mail(
        id=mail_id,
        arrived_at=datetime.fromisoformat(document["arrived_at"]),
        sender=document["from"],
        to=document["to"],
        subject=document["subject"],
        text=document.get("text", ""),
        html=document.get("html", ""),
        headers=document.get("headers", {}),
        attachments=[
            Attachment(
                name=each["filename"],
                content_type=each.get("content_type") or "application/octet-stream",
                content=base64.b64decode(each["content"]),
            )
            for each in document.get("attachments", [])
        ],
    )
