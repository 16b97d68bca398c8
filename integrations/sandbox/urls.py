"""The sandbox, included at /sandbox/ in development and tests alone."""

from django.urls import include, path

from integrations.sandbox import control_pages

app_name = "sandbox"
urlpatterns = [
    path("", control_pages.index, name="index"),
    path("control/", control_pages.control, name="control"),
    path("stripe/", include("integrations.sandbox.stripe_urls")),
    path("google/", include("integrations.sandbox.google_urls")),
    path("resend/", include("integrations.sandbox.resend_urls")),
    path("mail/", include("integrations.sandbox.mail_urls")),
]
