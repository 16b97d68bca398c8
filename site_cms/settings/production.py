"""Production: everything is set from outside, nothing is guessed, and the sandbox does not exist."""

from django.core.exceptions import ImproperlyConfigured

from site_cms.settings import base
from site_cms.settings.base import *  # noqa: F403  (settings are one namespace by Django's design)
from site_cms.settings.env import database, ensure_field_keys, ensure_smtp_address, env_bool, env_list, env_str, require
from site_cms.settings.logs import logging_settings

require(
    {
        "SECRET_KEY": "50 or more random characters; python -c 'import secrets; print(secrets.token_urlsafe(50))'",
        "FIELD_KEYS": "comma-separated Fernet keys, newest first; "
        "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'",
        "DATABASE_URL": "postgresql://user:password@host/name (PostgreSQL 15 or newer)",
        "SITE_URL": "the public https address, such as https://practice.example",
        "STRIPE_SECRET_KEY": "sk_live_… from Stripe's dashboard",
        "STRIPE_WEBHOOK_SECRET": "whsec_… of the webhook endpoint SITE_URL/webhooks/stripe/",
        "GOOGLE_CLIENT_ID": "of the OAuth client in Google's console",
        "GOOGLE_CLIENT_SECRET": "of the OAuth client in Google's console",
        "RESEND_API_KEY": "re_… from Resend",
        "SMTP_URL": "the fallback for mail: smtp://user:password@host:587?tls=starttls",
        "MAIL_FROM": "the sender's address, on a domain that Resend has verified",
        "MEDIA_ROOT": "a folder for private and public files, kept in backups",
        "BACKUP_KEY": "a passphrase that encrypts backups",
    }
)
if not base.SITE_URL.startswith("https://"):
    raise ImproperlyConfigured("Threshold cannot start. SITE_URL must begin with https:// in production.")
for _refused in ("SANDBOX", "PASSWORD_SIGN_IN"):
    if env_bool(_refused):
        raise ImproperlyConfigured(f"Threshold cannot start. Unset {_refused}: it exists in development only.")

ensure_field_keys(env_list("FIELD_KEYS"))
ensure_smtp_address(env_str("SMTP_URL"))

DEBUG = False
SECRET_KEY = env_str("SECRET_KEY")
FIELD_KEYS = env_list("FIELD_KEYS")
DATABASES = {"default": database({}) | base.KEPT_OPEN}
ALLOWED_HOSTS = [base.SITE_URL.split("://")[1].split(":")[0]]
CSRF_TRUSTED_ORIGINS = [base.SITE_URL]

SECURE_SSL_REDIRECT = True
# X_FRAME_OPTIONS is SAMEORIGIN for Wagtail's preview, which frames the page it edits.
SILENCED_SYSTEM_CHECKS = ["security.W019"]
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
SECURE_HSTS_SECONDS = 365 * 24 * 3600
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = True
if base.TRUSTED_PROXIES:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
LOGGING = logging_settings(json=True)
