"""Wagtail's pages: home, standard, article."""
