"""Every address of the project: our own first, Wagtail's pages last."""

from django.conf import settings
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path
from django.views.decorators.http import require_POST
from django.views.generic import RedirectView
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls
from wagtail.documents import urls as wagtaildocs_urls
from wagtail.utils.urlpatterns import decorate_urlpatterns

from clients.portal.sign_in import sign_out
from site_cms import health
from site_cms.pages.cache import kept_for_visitors

# One way in for the workspace and the editor: the magic link (R7). Their own sign-in and sign-out pages are replaced;
# Wagtail's would end the session on a GET.
to_sign_in = RedirectView.as_view(pattern_name="sign_in", query_string=True)

urlpatterns: list[URLPattern | URLResolver] = [
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("", include("clients.portal.sign_in_urls")),
    path("admin/logout/", require_POST(sign_out)),
    path("admin/", admin.site.urls),
    path("cms/login/", to_sign_in),
    path("cms/logout/", require_POST(sign_out)),
    path("cms/", include(wagtailadmin_urls)),
    path("_util/login/", to_sign_in),
    path("documents/", include(wagtaildocs_urls)),
    path("portal/", include("clients.portal.urls")),
    path("", include("booking_public.urls")),
    path("", include("site_cms.pages.urls")),
]
if settings.SANDBOX:
    urlpatterns.append(path("sandbox/", include("integrations.sandbox.urls")))
urlpatterns.append(path("", include(decorate_urlpatterns(wagtail_urls.urlpatterns, kept_for_visitors))))
