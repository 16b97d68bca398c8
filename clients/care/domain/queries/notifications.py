"""What was told to somebody."""

from django.db.models import QuerySet

from clients.care.models import Notification
from clients.models import User


def newest_notifications(user: User, *, most: int) -> QuerySet[Notification]:
    """The `most` newest notifications of this person, newest first."""
    return Notification.objects.filter(recipient=user)[:most]
