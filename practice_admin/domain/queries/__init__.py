"""What is asked of the practice's data: reads."""
