"""Filters for the pages about one client. Times and days are read in the zone in force, the practice's."""

from datetime import date

from django import template
from django.utils import timezone

from clients.domain.contact import contact_rule
from clients.models import Stage, StageChange, User
from practice_admin.workspace.wording import short_date

register = template.Library()

register.filter("contact_rule", contact_rule)


@register.filter
def day(value: date) -> str:
    """`Tue 1 Dec`."""
    return short_date(value, timezone.localdate())


@register.filter
def is_overdue(value: date) -> bool:
    """Whether that day is over."""
    return value < timezone.localdate()


@register.filter
def by_whom(user: User | None) -> str:
    """`by Helena Reis`; empty where nobody is known."""
    return f"by {user}" if user else ""


@register.filter
def change_words(change: StageChange) -> str:
    """`Discovery → Intake`, or where they were added."""
    to = Stage(change.to_stage).label
    return f"{Stage(change.from_stage).label} → {to}" if change.from_stage else f"Added at “{to}”"


@register.filter
def change_how(change: StageChange) -> str:
    """How it came about: `Discovery held elsewhere: by telephone, Tue 3 Nov`."""
    how = StageChange.How(change.how).label
    held = ""
    if change.held_on is not None:
        manner = StageChange.Manner(change.manner).label
        held = f"{manner[:1].lower()}{manner[1:]}, {day(change.held_on)}"
    if held and change.how != StageChange.How.ELSEWHERE:
        how = f"{how}, discovery held elsewhere"
    told = f"{how}: {held}" if held else str(how)
    return told[:1].upper() + told[1:]
