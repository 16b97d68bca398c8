"""The practice: what a session is, when it can be, what it costs; and the therapist's workspace."""
