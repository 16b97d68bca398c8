"""Resend's `POST /emails`, which here ends in the mailbox.

Fields and limits: resend.com/docs/api-reference/emails/send-email; errors: resend.com/docs/api-reference/errors; keys:
resend.com/docs/dashboard/emails/idempotency-keys.
"""

import base64
import binascii
import hashlib
import hmac
import json
import time
import uuid
from email.utils import parseaddr
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations.sandbox import faults, mailbox, store

KEY_SECONDS = 24 * 3600
MOST_RECIPIENTS = 50
FIELDS: dict[str, type | tuple[type, ...]] = {
    "from": str, "to": (str, list), "subject": str, "html": str, "text": str, "cc": (str, list), "bcc": (str, list),
    "reply_to": (str, list), "headers": dict, "attachments": list, "tags": list, "scheduled_at": str,
}  # fmt: skip
ATTACHMENT_FIELDS = frozenset({"content", "filename", "path", "content_type", "content_id"})


class Refusal(Exception):
    """An error answer in Resend's shape."""

    def __init__(self, status: int, name: str, message: str) -> None:
        super().__init__(message)
        self.status = status
        self.name = name
        self.message = message


@csrf_exempt
@require_POST
def emails(request: HttpRequest) -> HttpResponse:
    """Take one mail. The same key with the same body gives the same answer and sends nothing more."""
    fault = faults.active_fault("resend")
    if fault is not None:
        return fault
    try:
        _check_bearer(request)
        return JsonResponse({"id": _accepted(request)})
    except Refusal as refusal:
        body = {"statusCode": refusal.status, "name": refusal.name, "message": refusal.message}
        return JsonResponse(body, status=refusal.status)


def _check_bearer(request: HttpRequest) -> None:
    scheme, _, key = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not key:
        raise Refusal(401, "missing_api_key", "Missing API key in the authorization header.")
    if not hmac.compare_digest(key.encode(), settings.RESEND_API_KEY.encode()):
        raise Refusal(403, "invalid_api_key", "API key is invalid.")


def _accepted(request: HttpRequest) -> str:
    """The id of the mail that this request makes, or made before under its key. Raises Refusal."""
    mail = _checked(_parsed(request.body))
    key = request.headers.get("Idempotency-Key")
    if key is None:
        return mailbox.deliver(uuid.uuid4().hex, mail)
    if not 1 <= len(key) <= 256:
        raise Refusal(400, "invalid_idempotency_key", "The key must be between 1-256 chars.")
    digest, fresh_id = hashlib.sha256(request.body).hexdigest(), uuid.uuid4().hex

    def claim(earlier: store.Document | None) -> store.Document:
        if earlier is None or earlier["at"] < time.time() - KEY_SECONDS:
            return {"digest": digest, "id": fresh_id, "at": time.time()}
        if earlier["digest"] != digest:
            raise Refusal(
                409, "invalid_idempotent_request", "Same idempotency key used with a different request payload."
            )
        return earlier

    mail_id: str = store.update("resend_key", key, claim)["id"]
    return mailbox.deliver(mail_id, mail) if mail_id == fresh_id else mail_id


def _parsed(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        raise Refusal(400, "validation_error", "The request body is not valid JSON.") from None


def _checked(mail: Any) -> store.Document:
    """The mail, once its fields are those that Resend documents. Raises Refusal."""
    _check_fields(mail)
    recipients = [mail["to"]] if isinstance(mail["to"], str) else mail["to"]
    if len(recipients) > MOST_RECIPIENTS or not all(_is_address(each) for each in recipients):
        raise Refusal(422, "validation_error", "Invalid `to` field.")
    if not _is_address(mail["from"]):
        raise Refusal(422, "invalid_from_address", "Invalid `from` field.")
    if not all(isinstance(value, str) for value in mail.get("headers", {}).values()):
        raise Refusal(422, "validation_error", "Invalid `headers` field.")
    for attachment in mail.get("attachments", []):
        _check_attachment(attachment)
    checked: store.Document = mail | {"to": recipients}
    return checked


def _check_fields(mail: Any) -> None:
    if not isinstance(mail, dict):
        raise Refusal(422, "validation_error", "The request body must be an object.")
    for name, value in mail.items():
        if name not in FIELDS or not isinstance(value, FIELDS[name]):
            raise Refusal(422, "validation_error", f"Invalid `{name}` field.")
    for name in ("from", "to", "subject"):
        if not mail.get(name):
            raise Refusal(422, "missing_required_field", f"Missing `{name}` field.")
    if not mail.get("html") and not mail.get("text"):
        raise Refusal(422, "missing_required_field", "Missing `html` or `text` field.")


def _check_attachment(attachment: Any) -> None:
    if not isinstance(attachment, dict) or set(attachment) - ATTACHMENT_FIELDS or not attachment.get("filename"):
        raise Refusal(422, "invalid_attachment", "Attachment must have a `filename`.")
    try:
        base64.b64decode(attachment.get("content", ""), validate=True)
    except (binascii.Error, TypeError, ValueError):
        raise Refusal(422, "invalid_attachment", "Attachment must have a `content` in Base64.") from None
    if not attachment.get("content"):
        raise Refusal(422, "invalid_attachment", "Attachment must have either a `content` or `path`.")


def _is_address(value: Any) -> bool:
    name, _, domain = parseaddr(value)[1].rpartition("@") if isinstance(value, str) else ("", "", "")
    return bool(name and domain)
