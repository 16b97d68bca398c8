"""For the test suite: a throw-away database, a fast hasher, vendors at an address that each test gives."""

from site_cms import embedded_postgres
from site_cms.settings import base
from site_cms.settings.development import *  # noqa: F403  (the same system, by the same path)
from site_cms.settings.env import database, env_int, env_path

VAR_DIR = env_path("VAR_DIR", base.BASE_DIR / "var") / "test"
MEDIA_ROOT = VAR_DIR / "media"
DEBUG = False
SECRET_KEY = "for tests only, never secret"
FIELD_KEYS = ["dGVzdC1vbmx5LWtleS10ZXN0LW9ubHkta2V5LTEyMzQ="]
DATABASES = {"default": database(embedded_postgres.address(VAR_DIR))}
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_AUTOREFRESH = True
BOOKINGS_PER_MINUTE = env_int("BOOKINGS_PER_MINUTE", 100)
THROW_AWAY_DATABASE = True  # the embedded server need not survive a crash here
