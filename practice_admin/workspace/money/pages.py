"""What the pages about money share."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

CONFLICT, UNPROCESSABLE, UNAVAILABLE = 409, 422, 503
NO_STRIPE = "Stripe does not answer just now. Nothing was changed; please try again in a minute."


def page(request: HttpRequest, template: str, title: str, *, status: int = 200, **more: Any) -> HttpResponse:
    """A page of the desk."""
    context = {**admin.site.each_context(request), "title": title, **more}
    return TemplateResponse(request, f"workspace/money/{template}.html", context, status=status)
