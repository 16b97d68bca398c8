from django.apps import AppConfig


class PracticeAdminConfig(AppConfig):
    name = "practice_admin"
    label = "practice_admin"
    verbose_name = "Practice"
