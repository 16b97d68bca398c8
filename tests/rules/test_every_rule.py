"""The rules of the practice, and which of them a test proves. The list of those not yet proved only gets shorter."""

import ast
from pathlib import Path

from django.conf import settings

RULES = {
    "R1": "Discovery gate",
    "R2": "Stages open session types",
    "R3": "No two live bookings overlap",
    "R4": "What is offered is what is accepted",
    "R5": "A taken slot answers kindly",
    "R6": "The booking makes the person",
    "R7": "Magic links",
    "R8": "Password sign-in exists in development only",
    "R9": "Nobody learns who is a client",
    "R10": "Only Stripe's word confirms a paid booking",
    "R11": "Stripe's events are stored, and acted on once",
    "R12": "Five side effects, each once",
    "R13": "Personal events become blocked time",
    "R14": "Google is asked before each confirmation",
    "R15": "Only the therapist puts things into a feed",
    "R16": "A client reaches only their own records",
    "R17": "Messaging opens by stage",
    "R18": "Notes are locked, and clinical text is encrypted",
    "R19": "Free cancellation until the notice",
    "R20": "UTC in the database, wall time for people",
    "R21": "Reminders are decided when they are sent",
    "R22": "No mail carries clinical content",
}
# Not proved by any test yet. Whoever proves one takes it out.
NOT_YET: set[str] = set()


def proved() -> set[str]:
    """Every rule that a `rule("R…")` marker in the suite names."""
    found = set()
    for path in Path(settings.BASE_DIR, "tests").rglob("test_*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "rule":
                found.update(argument.value for argument in node.args if isinstance(argument, ast.Constant))
    return found


def test_every_rule_is_proved_by_a_test_or_named_as_not_proved_yet() -> None:
    known = proved() | NOT_YET
    missing = {number: RULES[number] for number in RULES if number not in known}
    assert missing == {}


def test_no_rule_that_is_proved_is_still_listed_as_missing() -> None:
    assert proved() & NOT_YET == set()


def test_tests_name_only_rules_that_exist() -> None:
    assert proved() <= set(RULES)
