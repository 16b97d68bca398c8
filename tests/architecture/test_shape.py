"""What import-linter cannot say about the shape of the code."""

import ast
from pathlib import Path

import pytest
from django.conf import settings

ROOT: Path = settings.BASE_DIR
PURE = [*ROOT.glob("*/domain/**/*.py"), *ROOT.glob("*/*/domain/**/*.py"), *ROOT.glob("*/workflows/*.py")]
CLOCKS = {"now", "utcnow", "today", "localtime", "localdate"}


def imports(tree: ast.AST) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found.update(f"{node.module}.{alias.name}" for alias in node.names)
    return found


def clock_calls(tree: ast.AST) -> list[int]:
    return [
        node.lineno
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CLOCKS
    ]


@pytest.mark.parametrize("path", PURE, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_domain_knows_no_request_no_setting_and_no_clock(path: Path) -> None:
    tree = ast.parse(path.read_text())
    assert not {
        name for name in imports(tree) if name.startswith(("django.http", "django.conf", "django.utils.timezone"))
    }
    assert clock_calls(tree) == []


def test_the_check_finds_what_it_forbids() -> None:
    tree = ast.parse("from django.conf import settings\nfrom datetime import datetime\ndatetime.now()")
    assert "django.conf" in imports(tree)
    assert clock_calls(tree) == [3]
    assert len(PURE) > 10
