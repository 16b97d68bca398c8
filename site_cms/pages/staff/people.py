"""Who counts as staff of the site."""

from django.db.models import Q, QuerySet

from clients.models import User

ENTER_THE_EDITOR = Q(groups__permissions__content_type__app_label="wagtailadmin") & Q(
    groups__permissions__codename="access_admin"
)


def site_staff() -> QuerySet[User]:
    """The therapist and helping editors; never a client, whatever else is true of them."""
    may_enter = User.objects.filter(Q(is_staff=True) | Q(is_superuser=True) | ENTER_THE_EDITOR)
    return User.objects.filter(pk__in=may_enter.values("pk")).filter(Q(client__isnull=True) | Q(is_superuser=True))
