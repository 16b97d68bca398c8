"""What is kept for a moment only, and no longer."""

from datetime import datetime, timedelta

from clients.models import RateCount, SignInRequest, SignInToken

A_DAY, A_WEEK = timedelta(days=1), timedelta(days=7)


def forget_the_passing(*, now: datetime) -> None:
    """Delete rate counts and asked-for links (addresses of strangers among them) after a day, tokens after a week."""
    RateCount.objects.filter(window_at__lt=now - A_DAY).delete()
    SignInRequest.objects.filter(requested_at__lt=now - A_DAY).delete()
    SignInToken.objects.filter(expires_at__lt=now - A_WEEK).delete()
