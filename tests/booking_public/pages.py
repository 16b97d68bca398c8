"""What a page of the picker shows, read as somebody would hear it."""

import re
from html import unescape

DAY = re.compile(r'<a class="month__day[^>]*href="([^"]*)"[^>]*>(.*?)</a>', re.S)
TIME = re.compile(r'<input type="radio" name="start" value="([^"]*)"( checked)?[^>]*>([^<]*)</label>')


def free_days(page: str) -> list[str]:
    """The names of the days that are links."""
    return [words(inside) for _href, inside in DAY.findall(page)]


def day_links(page: str) -> list[str]:
    """Where they lead."""
    return [unescape(href).partition("#")[0] for href, _inside in DAY.findall(page)]


def times(page: str) -> list[str]:
    """The labels of the radio buttons."""
    return [label for _value, _checked, label in TIME.findall(page)]


def starts(page: str) -> list[str]:
    """Their values."""
    return [value for value, _checked, _label in TIME.findall(page)]


def chosen(page: str) -> list[str]:
    """The labels of those that are chosen already."""
    return [label for _value, checked, label in TIME.findall(page) if checked]


def link(page: str, identity: str) -> str:
    """Where the link with this id leads; "" where there is none."""
    found = re.search(rf'<a [^>]*id="{identity}"[^>]* href="([^"]*)"', page)
    return unescape(found[1]).partition("#")[0] if found else ""


def buttons(page: str, name: str) -> list[str]:
    """The values of the buttons that send `name`."""
    return re.findall(rf'<button [^>]*name="{name}" value="([^"]*)"', page)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field; "" where there is none."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    return unescape(found[1]) if found else ""


def words(page: str) -> str:
    """A page as text."""
    return " ".join(unescape(re.sub(r"<[^>]*>", "", page)).split())
