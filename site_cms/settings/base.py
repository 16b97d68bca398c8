"""What every place shares. Imports no code of the apps; reads the environment through `env` alone."""

from pathlib import Path
from urllib.parse import urlsplit

import django_stubs_ext
import structlog
from csp.constants import NONE, SELF

from site_cms.settings.env import env_int, env_path, env_str, env_url
from site_cms.settings.workspace import UNFOLD  # noqa: F401  (a setting like any other here)

django_stubs_ext.monkeypatch()  # lets annotations such as ModelAdmin[Booking] stand at run time

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = env_path("VAR_DIR", BASE_DIR / "var")

SITE_URL = env_url("SITE_URL", f"http://{env_str('HOST', '127.0.0.1')}:{env_int('PORT', 8000)}")
TRUSTED_PROXIES = env_int("TRUSTED_PROXIES", 0)

# --- Vendors: the real libraries, at addresses that may be those of a stand-in -----------------------------------
STRIPE_SECRET_KEY = env_str("STRIPE_SECRET_KEY")
STRIPE_WEBHOOK_SECRET = env_str("STRIPE_WEBHOOK_SECRET")
STRIPE_API_BASE = env_url("STRIPE_API_BASE", "https://api.stripe.com")
STRIPE_CHECKOUT_ORIGIN = env_url("STRIPE_CHECKOUT_ORIGIN", "https://checkout.stripe.com")
GOOGLE_CLIENT_ID = env_str("GOOGLE_CLIENT_ID")
GOOGLE_CLIENT_SECRET = env_str("GOOGLE_CLIENT_SECRET")
GOOGLE_API_BASE = env_url("GOOGLE_API_BASE", "https://www.googleapis.com")
GOOGLE_OAUTH_BASE = env_url("GOOGLE_OAUTH_BASE", "https://accounts.google.com/o/oauth2")
GOOGLE_CONSENT_ORIGIN = "{0.scheme}://{0.netloc}".format(urlsplit(GOOGLE_OAUTH_BASE))
RESEND_API_KEY = env_str("RESEND_API_KEY")
RESEND_API_BASE = env_url("RESEND_API_BASE", "https://api.resend.com")
SMTP_URL = env_str("SMTP_URL")
MAIL_FROM = DEFAULT_FROM_EMAIL = SERVER_EMAIL = env_str("MAIL_FROM", "practice@example.com")
SANDBOX = False

# --- Apps ----------------------------------------------------------------------------------------------------------
INSTALLED_APPS = [
    "unfold.apps.BasicAppConfig",  # without its own admin site: ours stands below
    "wagtail.contrib.redirects",
    "wagtail.embeds",
    "wagtail.sites",
    "site_cms.pages.apps.StaffUsersConfig",  # wagtail.users, of staff only
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.search",
    "wagtail.admin",
    "wagtailmedia",
    "wagtail",
    "modelcluster",
    "taggit",
    "practice_admin.workspace.apps.DeskConfig",  # django.contrib.admin, with the desk for its site
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.postgres",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "anymail",
    "csp",
    "django_htmx",
    "django_q",
    "django_structlog",
    "pgtrigger",
    "integrations.outbox",
    "clients",
    "practice_admin",
    "clients.care",
    "content",
    "practice_admin.workspace",
    "booking_public",
    "clients.portal",
    "site_cms.pages",
    "site_cms",
]
AUTH_USER_MODEL = "clients.User"
AUTHENTICATION_BACKENDS = ["clients.backends.LinkBackend"]  # passwords open nothing (R8)
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "site_cms.middleware.TextGZipMiddleware",  # pads at random against BREACH; CSRF tokens are masked too
    "django_structlog.middlewares.RequestMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "site_cms.middleware.AreaPolicyMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
]
ROOT_URLCONF = "site_cms.urls"
WSGI_APPLICATION = "site_cms.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "practice_admin.context.practice",
            ],
        },
    }
]

# --- Database: a connection is kept for the next request, and tried before it is used again ----------------------
KEPT_OPEN = {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}

# --- Time and words ------------------------------------------------------------------------------------------------
USE_TZ = True
TIME_ZONE = "UTC"  # instants are stored and computed in UTC; people see their own zone (R20)
LANGUAGE_CODE = "en-gb"
USE_I18N = True

# --- Sign-in: by magic link alone (R7, R8) -----------------------------------------------------------------------
LOGIN_URL = WAGTAILADMIN_LOGIN_URL = WAGTAIL_FRONTEND_LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/portal/"
WAGTAILUSERS_PASSWORD_ENABLED = False
WAGTAIL_PASSWORD_MANAGEMENT_ENABLED = False
WAGTAIL_PASSWORD_RESET_ENABLED = False
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"  # Strict signs people out on return from Stripe and from mail
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True

# --- Security headers ----------------------------------------------------------------------------------------------
SECURE_REFERRER_POLICY = "same-origin"  # with no-referrer browsers send `Origin: null` and CSRF refuses the form
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"  # Wagtail's preview frames the page it edits
PUBLIC_POLICY: dict[str, list[str]] = {
    "default-src": [SELF],
    "script-src": [SELF],
    "style-src": [SELF],
    "img-src": [SELF, "data:"],
    "object-src": [NONE],
    "base-uri": [SELF],
    "frame-ancestors": [SELF],
    "form-action": [SELF, STRIPE_CHECKOUT_ORIGIN],  # browsers judge the redirect after a POST too
}
# unfold's Alpine needs eval and inline styles; Wagtail's editor shows inline scripts as well.
ADMIN_POLICY: dict[str, list[str]] = PUBLIC_POLICY | {
    "script-src": [SELF, "'unsafe-inline'", "'unsafe-eval'"],
    "style-src": [SELF, "'unsafe-inline'"],
    "img-src": [SELF, "data:", "blob:"],
    "form-action": [SELF, GOOGLE_CONSENT_ORIGIN],  # "Connect" posts here and is sent on to Google
}
CONTENT_SECURITY_POLICY = {"DIRECTIVES": PUBLIC_POLICY}

# --- Files ---------------------------------------------------------------------------------------------------------
STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "site_cms" / "static"]
MEDIA_ROOT = env_path("MEDIA_ROOT", VAR_DIR / "media")
MEDIA_URL = "/media/"

# --- Worker: django-q2 is only the pump; effect rows hold state and attempts (docs/decisions) ------------------
WORKER_TIMEOUT_SECONDS = 60
Q_CLUSTER = {
    "name": "threshold",
    "orm": "default",
    "workers": 2,
    "timeout": WORKER_TIMEOUT_SECONDS,
    "retry": 4 * WORKER_TIMEOUT_SECONDS,  # well above three time-outs, or tasks run twice
    "queue_limit": 1,
    "max_attempts": 1,
    "poll": 0.2,
    "catch_up": False,
    "ack_failures": True,
    "save_limit": 100,
    "label": "Worker",
}

ANYMAIL = {"RESEND_API_KEY": RESEND_API_KEY, "RESEND_API_URL": RESEND_API_BASE, "REQUESTS_TIMEOUT": (3, 10)}
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"  # the fallback; Resend goes through integrations.mail

# --- Wagtail -------------------------------------------------------------------------------------------------------
WAGTAIL_SITE_NAME = "Threshold"
WAGTAILADMIN_BASE_URL = SITE_URL
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": "wagtail.search.backends.database"}}
WAGTAILDOCS_SERVE_METHOD = "serve_view"
WAGTAILMEDIA = {"MEDIA_MODEL": "pages.Audio", "AUDIO_EXTENSIONS": ["mp3", "m4a"]}  # what Apple and Spotify take
WAGTAILIMAGES_EXTENSIONS = ["gif", "jpg", "jpeg", "png", "webp", "avif"]

# --- Public pages are kept ready for visitors, each process for itself (site_cms/pages/cache.py) ------------------
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "pages": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "pages",
        "OPTIONS": {"MAX_ENTRIES": 500},
    },
}

# --- Logs: structured, with a request id, without personal data -------------------------------------------------
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False
DJANGO_STRUCTLOG_USER_ID_FIELD = None
LOG_PROCESSORS: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
    structlog.stdlib.PositionalArgumentsFormatter(),
    structlog.processors.StackInfoRenderer(),
]
structlog.configure(
    processors=[*LOG_PROCESSORS, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
    logger_factory=structlog.stdlib.LoggerFactory(),
    cache_logger_on_first_use=True,
)

# --- Rate limits ---------------------------------------------------------------------------------------------------
BOOKINGS_PER_MINUTE = env_int("BOOKINGS_PER_MINUTE", 30)  # attempts, by one visitor's address
