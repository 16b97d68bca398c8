"""Addresses of the booking flow; `interfaces` others rely on them."""

from django.urls import path

from booking_public import booking_page, details, paying, views, webhooks

app_name = "booking_public"
urlpatterns = [
    path("book/", views.types, name="types"),
    path("book/<slug:slug>/", views.choose_time, name="choose_time"),
    path("book/<slug:slug>/slots/", views.slots, name="slots"),
    path("book/<slug:slug>/details/", details.details, name="details"),
    path("booking/<str:token>/", booking_page.booking, name="booking"),
    path("booking/<str:token>/calendar.ics", booking_page.calendar_file, name="calendar_file"),
    path("booking/<str:token>/join/", booking_page.join, name="join"),
    path("booking/<str:token>/pay/", paying.pay, name="pay"),
    path("booking/<str:token>/pay/stopped/", paying.stopped, name="stopped"),
    path("webhooks/stripe/", webhooks.stripe, name="stripe_webhook"),
]
