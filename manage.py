#!/usr/bin/env python
"""Django's command line, which first makes sure that the development database is up."""

import os
import sys


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "site_cms.settings.development")
    from site_cms import embedded_postgres

    embedded_postgres.start_if_needed(sys.argv[1:2])

    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)


if __name__ == "__main__":
    main()
