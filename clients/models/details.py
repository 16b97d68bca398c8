"""What the record knows of a client beside name and stage. Apart from the client, so that no list reads it."""

from django.db import models

from clients.models.client import Client
from clients.models.encrypted import EncryptedTextField


class ClientDetails(models.Model):
    """What she wrote down about one client; what is sensitive is encrypted (R18)."""

    client = models.OneToOneField(Client, on_delete=models.PROTECT, related_name="details")
    pronouns = models.CharField(max_length=40, default="", db_default="", blank=True)
    contact_words = EncryptedTextField()  # how to reach them safely, beyond what the switches on the client say
    emergency_name = EncryptedTextField()
    emergency_phone = EncryptedTextField()
    emergency_relation = EncryptedTextField()
    found_through = EncryptedTextField()
    version = models.PositiveIntegerField(default=1, db_default=1)  # a page that knew an older one changes nothing

    class Meta:
        verbose_name_plural = "client details"
