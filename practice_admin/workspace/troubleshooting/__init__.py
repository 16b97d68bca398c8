"""*Why is this time not offered?*: every rule for one instant, with the facts it was judged by (R4)."""
