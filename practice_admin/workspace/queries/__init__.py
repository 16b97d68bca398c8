"""What the desk asks across packages: reads, each in a constant number of queries."""
