from django.apps import AppConfig


class PagesConfig(AppConfig):
    name = "site_cms.pages"
    label = "pages"
    verbose_name = "Pages"
