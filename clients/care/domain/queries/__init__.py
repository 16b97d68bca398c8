"""What is asked of the care record: reads."""
