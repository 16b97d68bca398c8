"""Production refuses to start with anything missing or loose, and says what to set (R8)."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from site_cms.settings.env import database, env_bool, env_int, env_url, require
from site_cms.settings.logs import redact_addresses

MAKEFILE = Path(settings.BASE_DIR, "Makefile").read_text()
EXAMPLE = dict(
    re.findall(r"(?:^|\s)([A-Z_]{4,})=(\S+)", MAKEFILE.partition("PRODUCTION_EXAMPLE := ")[2].partition("\n\n")[0])
)
PROBE = "import django; django.setup(); from django.conf import settings; from django.urls import get_resolver"


def start(code: str = "", **changes: str | None) -> subprocess.CompletedProcess[str]:
    """Load the production settings in a process of its own, with the example's values changed so."""
    environment = {key: value for key, value in (EXAMPLE | changes).items() if value is not None}
    command = [sys.executable, "-c", f"{PROBE}\n{code}"]
    kept = {"PATH": os.environ["PATH"]}
    return subprocess.run(
        command, env=kept | environment, capture_output=True, text=True, check=False, cwd=settings.BASE_DIR
    )


def test_with_everything_set_it_starts_without_the_sandbox() -> None:
    done = start("print(settings.SANDBOX, [str(entry.pattern) for entry in get_resolver().url_patterns])")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("False ['healthz'")
    assert "sandbox" not in done.stdout


@pytest.mark.parametrize(
    "name", ["SECRET_KEY", "FIELD_KEYS", "DATABASE_URL", "STRIPE_SECRET_KEY", "SMTP_URL", "BACKUP_KEY"]
)
def test_it_refuses_to_start_with_something_missing_and_names_it(name: str) -> None:
    done = start(**{name: None})
    assert done.returncode != 0
    assert f"  {name}: " in done.stderr


@pytest.mark.rule("R8")
@pytest.mark.parametrize("name", ["PASSWORD_SIGN_IN", "SANDBOX"])
def test_it_refuses_to_start_with_password_sign_in_or_the_sandbox(name: str) -> None:
    done = start(**{name: "1"})
    assert done.returncode != 0
    assert f"Unset {name}" in done.stderr


def test_it_refuses_an_address_without_https() -> None:
    done = start(SITE_URL="http://practice.example")
    assert done.returncode != 0
    assert "https://" in done.stderr


@pytest.mark.parametrize("text", ["yes please", "2", "-1"])
def test_a_switch_that_cannot_be_read_is_an_error(monkeypatch, text: str) -> None:
    monkeypatch.setenv("SOMETHING", text)
    with pytest.raises(ImproperlyConfigured, match="SOMETHING"):
        env_bool("SOMETHING")


@pytest.mark.parametrize("text", ["many", "-1", "1.5", "²"])
def test_a_number_that_cannot_be_read_is_an_error(monkeypatch, text: str) -> None:
    monkeypatch.setenv("SOMETHING", text)
    with pytest.raises(ImproperlyConfigured, match="SOMETHING"):
        env_int("SOMETHING", 1)


@pytest.mark.parametrize("text", ["example.com", "ftp://example.com", "https://"])
def test_an_address_that_cannot_be_read_is_an_error(monkeypatch, text: str) -> None:
    monkeypatch.setenv("SOMETHING", text)
    with pytest.raises(ImproperlyConfigured, match="SOMETHING"):
        env_url("SOMETHING")


def test_a_database_address_is_read_with_its_escapes_and_a_socket(monkeypatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://a%40b:p%3Aw@db.example:5433/name")
    entry = database({})
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"]) == ("a@b", "p:w", "db.example", "5433")
    monkeypatch.setenv("DATABASE_URL", "postgresql://me@/name?host=/run/pg")
    assert database({})["HOST"] == "/run/pg"
    monkeypatch.setenv("DATABASE_URL", "mysql://me@/name")
    with pytest.raises(ImproperlyConfigured, match="PostgreSQL"):
        database({})


def test_everything_missing_is_named_at_once(monkeypatch) -> None:
    monkeypatch.delenv("ONE", raising=False)
    monkeypatch.setenv("TWO", " ")
    with pytest.raises(ImproperlyConfigured, match=r"(?s)ONE: first.*TWO: second"):
        require({"ONE": "first", "TWO": "second"})


@pytest.mark.parametrize(
    "line",
    [
        "GET /booking/s3cr3t/",
        "GET /booking/s3cr3t/?own=s3cr3t",
        "POST /sign-in/s3cr3t/",
        "GET /?token=s3cr3t&x=1",
        "GET /cb?state=s3cr3t&code=s3cr3t",
        "GET /sign-in/?next=%2Fbooking%2Fs3cr3t%2F",
        "GET /admin/clients/client/?q=s3cr3t@example.com",
    ],
)
def test_no_log_line_holds_a_token(line: str) -> None:
    event = redact_addresses(None, "info", {"request": line, "code": 200})
    assert "s3cr3t" not in event["request"]
    assert event["request"].startswith(line.split("s3cr3t")[0].split("?")[0])


@pytest.mark.parametrize(
    ("name", "value"), [("FIELD_KEYS", "garbage"), ("SMTP_URL", "nonsense"), ("SMTP_URL", "http://example.com")]
)
def test_it_refuses_what_would_only_fail_later(name: str, value: str) -> None:
    done = start(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr
