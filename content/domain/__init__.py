"""What can be done with feed items: verbs."""
