"""The way to Google's consent page and back."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from integrations.calendars import Grant, ListedCalendar, begin_consent, calendar_client, code_of, finish_consent
from integrations.errors import VendorError
from practice_admin.domain.calendar_connecting import connect_calendar
from practice_admin.domain.calendar_consent import Asker, ConsentUnknown, keep_consent, take_consent
from practice_admin.models import CalendarConnection
from practice_admin.workspace.calendar.views import callback_url
from practice_admin.workspace.desk import signed_in

SEE_OTHER = 303


@require_POST
def begin(request: HttpRequest) -> HttpResponse:
    """On to Google, with a state that is good for this session and one return."""
    known = CalendarConnection.objects.values_list("account_email", flat=True).first()
    consent = begin_consent(callback_url(), login_hint=known or "")
    keep_consent(consent=consent, asker=_asker(request), now=timezone.now())
    return HttpResponseRedirect(consent.address, status=SEE_OTHER)


@never_cache
@require_safe
def finish(request: HttpRequest) -> HttpResponse:
    """Back from Google. Whatever is wrong with the answer is said in a line, and nothing has changed.

    A GET that changes something: its state is known to this very session alone, and good once.
    """
    state, now = request.GET.get("state", ""), timezone.now()
    try:
        verifier = take_consent(state=state, asker=_asker(request), now=now)
        grant, listed = _ask_google(code_of(request.GET, state), verifier)
    except ConsentUnknown as refused:
        messages.error(request, refused.public_message)
    except VendorError as error:
        messages.error(request, f"Not connected. Google Calendar: {error.reason}.")
    else:
        connected = connect_calendar(grant=grant, listed=listed, now=now)
        messages.success(
            request, f"{connected.account_email} is connected. Your coming sessions are being written into it."
        )
    return redirect("admin:calendar")


def _ask_google(code: str, verifier: str) -> tuple[Grant, list[ListedCalendar]]:
    """The grant, and the account's calendars. Raises VendorError."""
    grant = finish_consent(code, code_verifier=verifier, redirect_uri=callback_url())
    client = calendar_client(grant.refresh_token, grant.access.token, expires_at=grant.access.expires_at)
    listed = client.calendars()
    if not any(calendar.is_primary for calendar in listed):
        raise VendorError("Google Calendar", "the account has no calendar of its own", retryable=False)
    return grant, listed


def _asker(request: HttpRequest) -> Asker:
    return Asker(signed_in(request), request.session.session_key or "")
