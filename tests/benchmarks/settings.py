"""The test suite's settings, with what production has where it costs time; on the suite's own throw-away database."""

import os

from site_cms.settings import base
from site_cms.settings.logs import logging_settings
from site_cms.settings.test import *  # noqa: F403  (settings are one namespace by Django's design)
from site_cms.settings.test import DATABASES, STATIC_ROOT

WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = False  # files are known when the process has started
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
DATABASES["default"] |= base.KEPT_OPEN
BOOKINGS_PER_MINUTE = 1_000_000  # one address knocks for everybody here; each knock is counted all the same

# Every line is made as it would be, and goes nowhere.
LOGGING = logging_settings(json=True) | {
    "handlers": {"stderr": {"class": "logging.FileHandler", "filename": os.devnull, "formatter": "structured"}}
}
