"""One machine, no account anywhere: the embedded database, the sandbox in place of every vendor."""

from site_cms import embedded_postgres
from site_cms.settings import base
from site_cms.settings.base import *  # noqa: F403  (settings are one namespace by Django's design)
from site_cms.settings.env import database, env_bool, env_int, env_list, env_str, env_url
from site_cms.settings.local_secrets import local_secret
from site_cms.settings.logs import logging_settings

DEBUG = env_bool("DEBUG", default=False)  # set it while working on the code; people see our own error pages
ALLOWED_HOSTS = ["*"]
WHITENOISE_USE_FINDERS = True  # whatever DEBUG says

SECRET_KEY = env_str("SECRET_KEY") or local_secret(base.VAR_DIR, "secret_key")
FIELD_KEYS = env_list("FIELD_KEYS") or [local_secret(base.VAR_DIR, "field_key")]
DATABASES = {"default": database(embedded_postgres.address(base.VAR_DIR)) | base.KEPT_OPEN}

SANDBOX = True
_sandbox = f"{base.SITE_URL}/sandbox"
STRIPE_SECRET_KEY = env_str("STRIPE_SECRET_KEY", "sk_test_sandbox")
STRIPE_WEBHOOK_SECRET = env_str("STRIPE_WEBHOOK_SECRET", "whsec_sandbox")
STRIPE_API_BASE = env_url("STRIPE_API_BASE", f"{_sandbox}/stripe")
GOOGLE_CLIENT_ID = env_str("GOOGLE_CLIENT_ID", "sandbox-client")
GOOGLE_CLIENT_SECRET = env_str("GOOGLE_CLIENT_SECRET", "sandbox-secret")
GOOGLE_API_BASE = env_url("GOOGLE_API_BASE", f"{_sandbox}/google")
GOOGLE_OAUTH_BASE = env_url("GOOGLE_OAUTH_BASE", f"{_sandbox}/google/oauth")
RESEND_API_KEY = env_str("RESEND_API_KEY", "re_sandbox")
RESEND_API_BASE = env_url("RESEND_API_BASE", f"{_sandbox}/resend")
ANYMAIL = base.ANYMAIL | {"RESEND_API_KEY": RESEND_API_KEY, "RESEND_API_URL": RESEND_API_BASE}

# One machine is one address here, and load tests knock often.
BOOKINGS_PER_MINUTE = env_int("BOOKINGS_PER_MINUTE", 60_000)

INSTALLED_APPS = [*base.INSTALLED_APPS, "integrations.sandbox"]
LOGGING = logging_settings(json=False)
