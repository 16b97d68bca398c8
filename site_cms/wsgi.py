"""The WSGI application; in development it first makes sure that the embedded database is up."""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings.development")

from site_cms import embedded_postgres

embedded_postgres.start_if_needed()

from django.core.wsgi import get_wsgi_application  # noqa: E402  (the database is up by now)

application = get_wsgi_application()
