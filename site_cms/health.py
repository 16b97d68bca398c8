"""Whether the process answers, and whether the practice can be relied on just now."""

from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone

from integrations.outbox.models import WorkerHeartbeat
from integrations.outbox.tasks import HEARTBEAT_MAX_AGE


def healthz(_request: HttpRequest) -> HttpResponse:
    """200 as soon as the process answers; asks nothing of anything else."""
    return HttpResponse("ok", content_type="text/plain")


def readyz(_request: HttpRequest) -> JsonResponse:
    """200 when the database answers and the worker was alive within three minutes; 503 naming what is not."""
    troubles = {}
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        alive = WorkerHeartbeat.objects.filter(beat_at__gt=timezone.now() - HEARTBEAT_MAX_AGE).exists()
        if not alive:
            troubles["worker"] = "no sign of life for three minutes"
    except Error:
        troubles["database"] = "does not answer"
    return JsonResponse({"ready": not troubles, "troubles": troubles}, status=503 if troubles else 200)
