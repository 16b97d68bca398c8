"""Switches that make a stand-in misbehave, for tests and by hand at /sandbox/control/."""

import time
from dataclasses import dataclass
from typing import Any, Literal, get_args

from django.http import HttpResponse, JsonResponse

from integrations.sandbox import store

Vendor = Literal["stripe", "google", "resend"]
Mode = Literal["ok", "down", "slow"]
Delivery = Literal["normal", "hold", "twice", "late"]
Refunds = Literal["normal", "pending", "fail"]

VENDORS: tuple[Vendor, ...] = get_args(Vendor)
MODES: tuple[Mode, ...] = get_args(Mode)
DELIVERIES: tuple[Delivery, ...] = get_args(Delivery)
REFUNDS: tuple[Refunds, ...] = get_args(Refunds)
MAX_SECONDS = 120.0
USUAL_SECONDS = 5.0  # longer than anybody waits while somebody is looking
STEP_SECONDS = 0.05

# An outage in each vendor's own words, so that its library reads it as one.
_OUTAGES: dict[Vendor, dict[str, Any]] = {
    "stripe": {"error": {"type": "api_error", "message": "The sandbox plays an outage."}},
    "google": {"error": {"code": 503, "status": "UNAVAILABLE", "message": "The sandbox plays an outage."}},
    "resend": {"statusCode": 503, "name": "internal_server_error", "message": "The sandbox plays an outage."},
}


@dataclass(frozen=True)
class Fault:
    """How a vendor behaves: as ever, answering 503, or (slow alone) answering `seconds` late."""

    mode: Mode = "ok"
    seconds: float = 0.0


def active_fault(vendor: Vendor) -> HttpResponse | None:
    """The answer to give instead of the real one, or None to go on. A slow vendor sleeps here first, then goes on.

    It wakes early when it is told to be slow no longer. Every API view of a stand-in asks this before it does anything.
    """
    present, since = fault(vendor), time.monotonic()
    while present.mode == "slow" and (left := since + present.seconds - time.monotonic()) > 0:
        time.sleep(min(left, STEP_SECONDS))
        present = fault(vendor)
    return JsonResponse(_OUTAGES[vendor], status=503) if present.mode == "down" else None


def fault(vendor: Vendor) -> Fault:
    """How the vendor behaves now; as ever, unless it was told otherwise."""
    return Fault(**(store.get("fault", vendor) or {}))


def set_fault(vendor: Vendor, mode: Mode, seconds: float = USUAL_SECONDS) -> None:
    """Make the vendor behave so until told otherwise. Raises ValueError for an unknown word or over two minutes."""
    if vendor not in VENDORS or mode not in MODES or not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"No such fault: {vendor} {mode} {seconds}")
    store.put("fault", vendor, {"mode": mode, "seconds": seconds})


def delivery() -> Delivery:
    """How Stripe's stand-in delivers its events now."""
    mode: Delivery = (store.get("fault", "stripe_events") or {"mode": "normal"})["mode"]
    return mode


def lateness() -> float:
    """By how many seconds events are late, where they are."""
    seconds: float = (store.get("fault", "stripe_events") or {}).get("seconds", USUAL_SECONDS)
    return seconds


def set_delivery(mode: Delivery, seconds: float = USUAL_SECONDS) -> None:
    """Deliver events normally, hold them back, deliver each twice, or `seconds` late.

    Raises ValueError for anything else, and for over two minutes.
    """
    if mode not in DELIVERIES or not 0 <= seconds <= MAX_SECONDS:
        raise ValueError(f"No such way to deliver: {mode} {seconds}")
    store.put("fault", "stripe_events", {"mode": mode, "seconds": seconds})


def refunds() -> Refunds:
    """How Stripe's stand-in answers a refund now."""
    mode: Refunds = (store.get("fault", "stripe_refunds") or {"mode": "normal"})["mode"]
    return mode


def set_refunds(mode: Refunds) -> None:
    """Let refunds succeed at once, wait, or fail at once. Raises ValueError for anything else."""
    if mode not in REFUNDS:
        raise ValueError(f"No such way to refund: {mode}")
    store.put("fault", "stripe_refunds", {"mode": mode})
