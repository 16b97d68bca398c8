"""Headers by area: strict for public pages and the portal, as tight as unfold and Wagtail bear in the two admins."""

from csp.middleware import CSPMiddleware, PolicyParts
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

ADMIN_AREAS = ("/admin/", "/cms/")


class AreaPolicyMiddleware(CSPMiddleware):
    """Content-Security-Policy for the area that the address lies in."""

    def get_policy_parts(
        self, request: HttpRequest, response: HttpResponseBase, report_only: bool = False
    ) -> PolicyParts:
        """The policy for this response; a view's own `@csp_*` decorators still count."""
        parts: PolicyParts = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path.startswith(ADMIN_AREAS):
            parts.config = settings.ADMIN_POLICY
        return parts
