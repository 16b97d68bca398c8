from django.apps import AppConfig


class CareConfig(AppConfig):
    name = "clients.care"
    label = "care"
    verbose_name = "Care record"
