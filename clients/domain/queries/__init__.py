"""What is asked about people: reads."""
