"""The queue's standing appointments, made after every migration, once by name."""

from datetime import datetime
from typing import Any

from django.apps import AppConfig
from django.utils import timezone

SCHEDULES: dict[str, tuple[str, int]] = {"sweep": ("integrations.outbox.tasks.sweep", 1)}


def every(minutes: int, *, name: str, function: str) -> None:
    """Have the worker call `function` (a dotted path) every so many minutes."""
    SCHEDULES[name] = (function, minutes)


def write_schedules(sender: AppConfig, **_kwargs: Any) -> None:
    """Write what is registered into the queue's table; connected to post_migrate of the queue's own app."""
    schedule = sender.get_model("Schedule")._default_manager
    for name, (function, minutes) in SCHEDULES.items():
        known = {"func": function, "schedule_type": "I", "minutes": minutes, "repeats": -1}
        schedule.update_or_create(name=name, defaults=known, create_defaults=known | {"next_run": timezone.now()})
    schedule.exclude(name__in=SCHEDULES).delete()


def next_time(name: str) -> datetime | None:
    """When the worker will next be called for this appointment; None where nothing of that name is written."""
    from django_q.models import Schedule  # not before the apps are ready

    moment: datetime | None = Schedule.objects.filter(name=name).values_list("next_run", flat=True).first()
    return moment
