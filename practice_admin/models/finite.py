"""PostgreSQL has instants called infinity; a diary has none."""

from django.db.models import BooleanField, Func, Q


def finite(*names: str) -> Q:
    """A condition for a constraint: that each of these instants is a real one."""
    return Q(*(Func(name, function="isfinite", output_field=BooleanField()) for name in names))
