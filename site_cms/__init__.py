"""The project: settings, addresses, and the Wagtail site."""
