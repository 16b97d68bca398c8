import pytest
from django.contrib.sessions.models import Session
@pytest.mark.parametrize("i", range(3))
def test_b(page,i):
    page.goto("/healthz"); assert page.content().count("ok"); Session.objects.count()
