"""What can be done with bookings, availability and payments: verbs."""
