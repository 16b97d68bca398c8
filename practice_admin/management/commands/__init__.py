"""Commands of the practice; see docs and README."""
