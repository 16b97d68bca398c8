import threading, time, pytest
from django.contrib.sessions.models import Session
from django.utils import timezone
from wagtail.models import Page as WP
from django.db import connection
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("i", range(10))
def test_tx(i):
    assert WP.objects.count()==2 and Session.objects.count()==0
    Session.objects.create(session_key=str(i), expire_date=timezone.now())
    ev=threading.Event()
    def other():
        Session.objects.create(session_key="o", expire_date=timezone.now()); ev.set(); connection.close()
    threading.Thread(target=other, daemon=True).start(); ev.wait()
    WP.objects.all().delete()
@pytest.mark.django_db
def test_plain():
    assert WP.objects.count()==2 and Session.objects.count()==0
    Session.objects.create(session_key="p", expire_date=timezone.now())
@pytest.mark.django_db
def test_plain2():
    assert Session.objects.count()==0
def test_noaccess():
    with pytest.raises(RuntimeError): Session.objects.count()
