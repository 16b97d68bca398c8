from django.apps import AppConfig


class BookingPublicConfig(AppConfig):
    name = "booking_public"
    label = "booking_public"
    verbose_name = "Public booking"
