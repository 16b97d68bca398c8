"""The settings of the practice."""

import pytest

from practice_admin.models import Practice

pytestmark = pytest.mark.django_db

FORM = "/admin/practice_admin/practice/1/change/"


def practice_form(**fields):
    return {
        "name": "Reis Psychotherapy",
        "contact_email": "therapist@example.com",
        "time_zone": "Europe/Lisbon",
        "cancellation_notice_hours": 24,
        "most_moves": 3,
        "cancellation_policy": "Until a day before.",
        "reminder_hours": 24,
        "second_reminder_hours": "",
        "no_times_text": "Look again on Monday.",
        "crisis_text": "Call 112.",
        "welcome_text": "Welcome.",
        "calendar_titles": "initials",
    } | fields


def test_the_practice_has_no_list_and_one_form(desk, text):
    answer = desk.get("/admin/practice_admin/practice/", follow=True)
    assert answer.redirect_chain[-1][0] == FORM
    assert desk.get("/admin/practice_admin/practice/add/").status_code == 403
    assert "Time zone" in text(answer)


def test_moves_reminders_and_words_are_kept(desk):
    desk.post(FORM, practice_form(most_moves=1, reminder_hours=48, second_reminder_hours=2))
    kept = Practice.objects.get()
    assert (kept.most_moves, kept.reminder_hours, kept.second_reminder_hours) == (1, 48, 2)
    assert kept.no_times_text == "Look again on Monday."
    desk.post(FORM, practice_form(second_reminder_hours=""))
    assert Practice.objects.get().second_reminder_hours is None


@pytest.mark.parametrize(
    ("wrong", "field", "told"),
    [
        ({"second_reminder_hours": 24}, "second_reminder_hours", "choose fewer than 24 hours"),
        ({"second_reminder_hours": 48}, "second_reminder_hours", "choose fewer than 24 hours"),
        ({"second_reminder_hours": 0}, "second_reminder_hours", "Leave it empty for no second reminder."),
        ({"reminder_hours": 0}, "reminder_hours", "At least an hour before the session."),
    ],
)
def test_reminders_out_of_order_are_refused_beside_their_field(desk, text, wrong, field, told):
    answer = desk.post(FORM, practice_form(name="Another name", **wrong))
    assert list(answer.context["adminform"].form.errors) == [field]
    assert told in text(answer)
    assert 'value="Another name"' in text(answer)
    kept = Practice.objects.get()
    assert (kept.reminder_hours, kept.second_reminder_hours) == (24, None)
    assert kept.name != "Another name"
