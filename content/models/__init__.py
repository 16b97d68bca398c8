"""Feed items and with whom they are shared."""

from content.models.item import FeedItem, Share

__all__ = ["FeedItem", "Share"]
