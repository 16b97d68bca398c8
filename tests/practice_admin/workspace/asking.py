"""How the tests of the troubleshooter ask it."""

from tests.factories import MONDAY

WHY = "/admin/why/"


def ask(desk, asked_for, moment=MONDAY, **more):
    """The page about an instant (Lisbon reads UTC in winter)."""
    asked = {"session_type": asked_for.slug, "on": f"{moment:%Y-%m-%d}", "at": f"{moment:%H:%M}"}
    return desk.get(WHY, asked | more)


def the_answer(desk, session_type, moment=MONDAY, **more):
    [answer] = ask(desk, session_type, moment, **more).context["answers"]
    return answer


def against(desk, session_type, moment=MONDAY, **more) -> dict[str, str]:
    """What stands against it, by rule."""
    return {found.label: found.words for found in the_answer(desk, session_type, moment, **more).broken}
