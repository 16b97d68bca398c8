"""The WSGI application; in development it first makes sure that the embedded database is up."""

import gc
import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings.development")

from site_cms import embedded_postgres

embedded_postgres.start_if_needed()

from django.core.wsgi import get_wsgi_application  # noqa: E402  (the database is up by now)
from django.urls import get_resolver  # noqa: E402

application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  (read now, rather than while the first visitor waits)
gc.freeze()  # what the process holds for good need not be searched for rubbish again and again
