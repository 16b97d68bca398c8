"""What the sample therapist says on her own pages. `text` is read as `texts.py` describes."""

from typing import Any

Words = dict[str, Any]

HOME: Words = {
    "text": """## How it goes

1. A call | Twenty minutes by video, free. You say what brings you, and we both see whether we fit.
2. A first session | Eighty minutes, to understand where you come from and where you would like to go.
3. Ongoing sessions | Fifty minutes, mostly once a week, for as long as it helps and no longer.""",
}
ABOUT: Words = {
    "intro": "I am Helena Reis. For eighteen years I have been listening to people for whom something has become too "
    "much, or too little.",
    "text": """I trained as a psychologist in Coimbra and as a psychotherapist in Lisbon, and worked for nine \
years on a hospital ward before I opened this practice. There I learned two things that no book had taught me: \
that people are seldom as broken as they fear, and that nobody opens a door that is being pushed.

I work with adults: with anxiety, exhaustion, grief, and with people who always look after others. What I do is \
rooted in psychodynamic thought and borrows what has proved itself elsewhere, exercises among it.

## What you can expect

I say what I think, and I say when I do not know. I remember. I begin on time and end on time. I do not give \
advice about whom you should leave.

## What I cannot do

I cannot answer at night, and I do not work with acute crises: there you need somebody who can come at once. The \
number at the foot of this page is right for that. I prescribe no medicine; where it could help, I say so and name \
a colleague.

My sessions are in English and Portuguese, mostly by video, on Wednesdays in a room in Lisbon. What I write is \
among the [articles](/articles/), what I say in the [podcast](/podcast/).""",
}
SERVICES: Words = {
    "intro": "What we can do together, how long it takes and what it costs. Everything begins with the call, which \
is "
    "free.",
    "text": """## What people ask""",
    "questions": [
        (
            "Why can I not book a session at once?",
            "<p>Because we should know each other a little first. After the call the first session opens to you, and "
            "after that the ongoing ones.</p>",
        ),
        (
            "How do I pay?",
            "<p>By card, on a page of Stripe, when you book. No card number ever reaches me. You get a receipt.</p>",
        ),
        (
            "What if I cannot come?",
            "<p>You can move or cancel by yourself until the day before. What applies exactly stands in the <a "
            'href="/terms/">terms</a> and in the mail that confirms your booking.</p>',
        ),
        (
            "Does health insurance pay?",
            "<p>I work privately. Some supplementary insurances pay a part; for these I write a receipt with what they "
            "need.</p>",
        ),
    ],
}
CONTACT: Words = {
    "intro": "For questions that do not need a call. I read every line myself and answer within two working days.",
    "text": "",
}
PRIVACY: Words = {
    "intro": "What this site knows of you: as little as it can.",
    "text": """## When you read

Nothing. No cookie is set, nothing is counted, nothing is loaded from elsewhere. There is no banner because there \
is nothing to consent to.

## When you book

I keep your name, address, telephone number and what you wrote, so that I can hold the session and reach you. A \
cookie remembers that you are signed in, for at most thirty days. Notes, messages and what you write when booking \
are encrypted.

## Who helps me

Stripe takes payments. Google keeps my calendar, in which only your initials stand. Resend delivers mail, which \
never holds anything about your health. Each of them gets what it needs for that and nothing else.

## Your rights

In your own space you can download everything that I keep of you. If you would like it to be deleted, [write to \
me](/contact/): what the law does not oblige me to keep, I delete.""",
}
TERMS: Words = {
    "intro": "Short, so that they are read.",
    "text": """## Sessions

A session begins and ends on time. If I am late, we add the time or I return a part of the fee. By video we meet \
at the link in your mail; you need a quiet place and no program of your own.

## Moving and cancelling

Until 24 hours before, you can do both by yourself, and what you paid is paid back. Later than that, please write: \
I decide by what happened. The text that applied when you booked stays with your booking, whatever I change here.

## What stays between us

I am bound to secrecy by law. The exceptions are the law's, too: an acute danger to your life or to somebody else's.

## When it is urgent

This practice cannot answer at once. In an emergency call 112.""",
}
PODCAST: Words = {
    "title": "Before the door",
    "intro": "Short episodes for the time between two things: a thought, a breath, a question to take along.",
}
EPISODES: dict[str, Words] = {
    "before-a-first-call": {
        "title": "Before a first call",
        "days": 30,
        "intro": "You need no right sentence. Three things that are worth writing down instead.",
        "text": "What happens in the call itself is told in [an article](/articles/what-happens-in-a-first-call/).",
    },
    "three-slow-breaths": {
        "title": "Three slow breaths",
        "days": 16,
        "intro": "A pause of one minute. It can be done at a desk, on a train, or before a door.",
        "text": "A long breath out is the lever. Why that is so stands in [Anxiety is not a \
liar](/articles/anxiety-is-not-a-liar/).",
    },
    "what-a-no-protects": {
        "title": "What a no protects",
        "days": 2,
        "intro": "A no is seldom against somebody. A question that makes it easier to say.",
        "text": "The longer story stands in [The tired yes](/articles/the-tired-yes/).",
    },
}
