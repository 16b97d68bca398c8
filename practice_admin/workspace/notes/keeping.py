"""What the script that keeps as she writes is told, and the key under which it keeps what could not be sent yet."""

from base64 import b64encode

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.middleware.csrf import get_token
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.views.decorators.http import require_safe

from clients.care.domain.notes import AlreadySigned, NoteChanged
from clients.care.models import Note, PrivatePage
from clients.domain.refusals import Refusal
from practice_admin.workspace.desk import signed_in

CONFLICT, UNPROCESSABLE = 409, 422


@require_safe
def unsent_key(request: HttpRequest) -> HttpResponse:
    """Her key for what her browser could not send yet, and a fresh CSRF token: only for whoever is signed in.

    The same at every sign-in, for this person alone, and written down nowhere; the desk's answers are cached by nobody.
    """
    key = salted_hmac("threshold.unsent", str(signed_in(request).pk), algorithm="sha256").digest()
    return JsonResponse({"key": b64encode(key).decode(), "token": get_token(request)})


def was_kept(kept: Note | PrivatePage) -> JsonResponse:
    """It is kept: as which version, and when, on her clock."""
    return JsonResponse({"version": kept.version, "kept_at": f"{timezone.localtime(kept.kept_at):%H:%M:%S}"})


def was_refused(refused: Refusal) -> JsonResponse:
    """Why it was not kept; where something else stands there, that too."""
    if isinstance(refused, NoteChanged | AlreadySigned):
        other = {"text": refused.kept.body, "version": refused.kept.version}
        is_signed = isinstance(refused, AlreadySigned)
        return JsonResponse({"problem": refused.public_message, "is_signed": is_signed, **other}, status=CONFLICT)
    return JsonResponse({"problem": refused.public_message}, status=UNPROCESSABLE)


def cannot_read(problems: list[str]) -> JsonResponse:
    """The form itself makes no sense."""
    return JsonResponse({"problem": " ".join(problems)}, status=UNPROCESSABLE)
