"""The public pages that the therapist writes, and what they hold."""

from site_cms.pages.models.articles import ArticleIndexPage, ArticlePage, Topic, public_articles
from site_cms.pages.models.audio import Audio
from site_cms.pages.models.contact import ContactMessage, ContactPage
from site_cms.pages.models.home import HomePage, StandardPage
from site_cms.pages.models.podcast import EpisodePage, PodcastPage, public_episodes
from site_cms.pages.models.services import ServicesPage
from site_cms.pages.models.written import WrittenPage

__all__ = [
    "ArticleIndexPage",
    "ArticlePage",
    "Audio",
    "ContactMessage",
    "ContactPage",
    "EpisodePage",
    "HomePage",
    "PodcastPage",
    "ServicesPage",
    "StandardPage",
    "Topic",
    "WrittenPage",
    "public_articles",
    "public_episodes",
]
