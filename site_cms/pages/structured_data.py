"""What pages say of themselves to machines, as schema.org has it (checked against schema.org 29)."""

from typing import TYPE_CHECKING, Any

from django.conf import settings

from practice_admin.models import Practice

if TYPE_CHECKING:
    from site_cms.pages.models import ArticlePage, EpisodePage, PodcastPage

Data = dict[str, Any]


def professional_service(practice: Practice, description: str) -> Data:
    """The practice."""
    data: Data = {
        "@type": "ProfessionalService",
        "@id": f"{settings.SITE_URL}/#practice",
        "name": practice.name,
        "url": f"{settings.SITE_URL}/",
        "description": description,
    }
    if practice.contact_email:
        data["email"] = practice.contact_email
    return data


def article(page: "ArticlePage") -> Data:
    """One article."""
    data: Data = {
        "@type": "Article",
        "headline": page.title,
        "description": page.description,
        "datePublished": page.date.isoformat(),
        "mainEntityOfPage": page.public_url,
        "author": {"@type": "Organization", "@id": f"{settings.SITE_URL}/#practice"},
        "publisher": {"@id": f"{settings.SITE_URL}/#practice"},
    }
    if page.last_published_at:
        data["dateModified"] = page.last_published_at.isoformat()
    return data


def podcast_series(page: "PodcastPage") -> Data:
    """The show."""
    return {
        "@type": "PodcastSeries",
        "name": page.title,
        "description": page.description,
        "url": page.public_url,
        "webFeed": f"{settings.SITE_URL}/podcast/feed.xml",
    }


def podcast_episode(page: "EpisodePage") -> Data:
    """One episode with its sound."""
    show = page.get_parent()
    data: Data = {
        "@type": "PodcastEpisode",
        "name": page.title,
        "description": page.description,
        "url": page.public_url,
        "datePublished": page.date.isoformat(),
        "partOfSeries": {"@type": "PodcastSeries", "name": show.title, "url": f"{settings.SITE_URL}{show.get_url()}"},
    }
    if page.audio and page.audio.is_ready:
        data["timeRequired"] = f"PT{round(page.audio.duration)}S"
        data["associatedMedia"] = {
            "@type": "MediaObject",
            "contentUrl": f"{settings.SITE_URL}{page.audio.url}",
            "encodingFormat": page.audio.content_type,
        }
    if page.number:
        data["episodeNumber"] = page.number
    return data


def questions(items: list[tuple[str, str]]) -> Data:
    """Questions and their answers."""
    return {
        "@type": "FAQPage",
        "mainEntity": [
            {"@type": "Question", "name": question, "acceptedAnswer": {"@type": "Answer", "text": answer}}
            for question, answer in items
        ],
    }
