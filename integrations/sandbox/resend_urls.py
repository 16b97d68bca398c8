"""The Resend stand-in, under /sandbox/resend/."""

from django.urls import path

from integrations.sandbox import resend_api

app_name = "resend"
urlpatterns = [path("emails", resend_api.emails)]
