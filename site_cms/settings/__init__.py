"""Settings by place: development (the default), test, production; `base` holds what they share."""
