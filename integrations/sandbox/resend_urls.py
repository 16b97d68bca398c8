"""The Resend stand-in, under /sandbox/resend/."""

from django.urls import path

from integrations.sandbox import resend_api

urlpatterns = [path("emails", resend_api.emails)]
