"""What every template may know of the practice."""

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from practice_admin.models import Practice


def practice(_request: HttpRequest) -> dict[str, object]:
    """`practice`: its name, contact and crisis text; read once a request, and only where a template asks."""
    return {"practice": SimpleLazyObject(lambda: Practice.objects.filter(pk=1).first())}
