"""What Stripe tells us: kept first, answered, acted on later by the worker (R11)."""

import structlog
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from integrations import payments
from integrations.payments.webhooks import BadSignature, read_event
from practice_admin.domain.stripe_inbox import record_event

log = structlog.get_logger(__name__)


@csrf_exempt
@require_POST
def stripe(request: HttpRequest) -> HttpResponse:
    """200 once the event is stored, new or not; 400 for a signature that is bad or old."""
    signature = request.headers.get("Stripe-Signature", "")
    try:
        event = read_event(request.body, signature, payments.webhook_secret())
    except BadSignature:
        log.warning("stripe_webhook_refused", length=len(request.body))
        return HttpResponse("Bad signature.", status=400, content_type="text/plain")
    is_new = record_event(event=event, body=request.body.decode(), now=timezone.now())
    log.info("stripe_webhook_stored", event_id=event.id, kind=event.type, is_new=is_new)
    return HttpResponse(status=200)
