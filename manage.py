#!/usr/bin/env python
"""Django's command line, which first makes sure that the development database is up."""

import os
import sys


def main() -> None:
    """Run a command; what is wrong with the surroundings is said in a line, not in a traceback."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings.development")
    from django.core.exceptions import ImproperlyConfigured
    from django.core.management import execute_from_command_line

    from site_cms import embedded_postgres

    try:
        embedded_postgres.start_if_needed(sys.argv[1:2])
        execute_from_command_line(sys.argv)
    except (ImproperlyConfigured, embedded_postgres.EmbeddedPostgresError) as error:
        sys.exit(str(error))


if __name__ == "__main__":
    main()
