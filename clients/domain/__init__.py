"""What can be done with people and sign-in: verbs."""
