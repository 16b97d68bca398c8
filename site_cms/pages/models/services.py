"""What she offers and what it costs, drawn from the session types as they are."""

from django.http import HttpRequest

from booking_public.visitors import signed_in_client
from practice_admin.domain.queries.offers import offers_to
from site_cms.pages.models.written import WrittenPage


class ServicesPage(WrittenPage):
    """Services and prices. The words are hers; what can be booked and its price come from the practice."""

    template = "pages/services_page.html"
    parent_page_types = ["pages.HomePage"]
    subpage_types: list[str] = []
    max_count = 1

    class Meta:
        verbose_name = "services and prices"

    def get_context(self, request: HttpRequest, *args: object, **kwargs: object) -> dict[str, object]:
        """Add `open_types` and `locked_types` as whoever asks sees them."""
        context: dict[str, object] = super().get_context(request, *args, **kwargs)
        return context | offers_to(signed_in_client(request))
