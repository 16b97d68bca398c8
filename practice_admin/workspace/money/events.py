"""What Stripe sent, and having it processed again."""

from urllib.parse import urlencode

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from clients.domain.refusals import Refusal
from practice_admin.domain.stripe_inbox import process_again
from practice_admin.models import StripeEvent
from practice_admin.workspace.money.pages import page

ON_A_PAGE = 50


@require_safe
def stripe_events(request: HttpRequest) -> HttpResponse:
    """The newest first, in a constant number of queries; `?state=failed` for those alone. No body is ever read."""
    wanted = request.GET.get("state", "")
    events = StripeEvent.objects.defer("body").order_by("-received_at", "-pk")
    if wanted in StripeEvent.State.values:
        events = events.filter(state=wanted)
    rows = Paginator(events, ON_A_PAGE).get_page(request.GET.get("page"))
    return page(request, "events", "Events from Stripe", rows=rows, wanted=wanted, states=StripeEvent.State.choices)


@require_POST
def process_event(request: HttpRequest, event_id: str) -> HttpResponse:
    """Have the worker act on one once more, whatever came of it before."""
    if not StripeEvent.objects.filter(event_id=event_id).exists():
        raise Http404
    try:
        process_again(event_id=event_id, now=timezone.now())
    except Refusal as refused:
        messages.info(request, refused.public_message)
    else:
        messages.success(request, "It is processed again in a moment.")
    shown = {key: request.POST[key] for key in ("state", "page") if request.POST.get(key)}
    return redirect(f"{reverse('admin:stripe_events')}{'?' if shown else ''}{urlencode(shown)}")
