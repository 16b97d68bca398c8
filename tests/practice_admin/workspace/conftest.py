"""The desk, with its therapist before it."""

import pytest
from django.test import Client as Browser

from tests.factories import therapist


@pytest.fixture
def desk(db) -> Browser:
    """A browser in which the therapist is signed in."""
    browser = Browser()
    browser.force_login(therapist())
    return browser


@pytest.fixture
def text():
    """The words of an answer, as one string."""
    return lambda response: response.content.decode()
