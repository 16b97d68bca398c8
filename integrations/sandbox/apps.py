from django.apps import AppConfig
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured


class SandboxConfig(AppConfig):
    name = "integrations.sandbox"
    label = "sandbox"
    verbose_name = "Sandbox"

    def ready(self) -> None:
        """Raise ImproperlyConfigured unless the settings ask for stand-ins: with them, anybody can "pay"."""
        if getattr(settings, "SANDBOX", False) is not True:
            raise ImproperlyConfigured("Take integrations.sandbox out of INSTALLED_APPS: it needs SANDBOX = True.")
