"""Headers by area: strict for public pages and the portal, as tight as unfold and Wagtail bear in the two admins."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.middleware.gzip import GZipMiddleware

ADMIN_AREAS = ("/admin/", "/cms/")


class AreaPolicyMiddleware(CSPMiddleware):
    """Content-Security-Policy for the area that the address lies in; and no NUL in the admins' filters.

    PostgreSQL's texts cannot hold a NUL, and the lists of both admins pass on what stands in the address.
    """

    def process_request(self, request: HttpRequest) -> None:
        super().process_request(request)
        if request.path.startswith(ADMIN_AREAS) and "%00" in request.META.get("QUERY_STRING", ""):
            raise SuspiciousOperation("NUL in a query")

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The policy for this response; a view's own `@csp_*` decorators still count."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith(ADMIN_AREAS):
            parts.config = settings.ADMIN_POLICY
        return parts


class TextGZipMiddleware(GZipMiddleware):
    """Leaves sound and pictures alone: they are small already, and a part of a file must stay that part."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        """Compress what is text."""
        if response.headers.get("Content-Type", "").startswith(("audio/", "image/")):
            return response
        compressed: HttpResponse = super().process_response(request, response)  # type: ignore[assignment]
        return compressed
