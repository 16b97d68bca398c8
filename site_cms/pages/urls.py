"""Addresses of the site that are not pages."""

from django.urls import path

from site_cms.pages import files, search
from site_cms.pages.feeds import machines
from site_cms.pages.feeds.articles import ArticleFeed
from site_cms.pages.feeds.podcast import PodcastFeed

app_name = "pages"
urlpatterns = [
    path("articles/feed/", ArticleFeed(), name="article_feed"),
    path("podcast/feed.xml", PodcastFeed(), name="podcast_feed"),
    path("podcast/transcripts/<uuid:guid>.<str:ending>", machines.transcript, name="transcript"),
    path("listen/<uuid:public_id>.<str:ending>", files.audio, name="audio"),
    path("media/images/<path:name>", files.picture, name="picture"),
    path("search/", search.search, name="search"),
    path("sitemap.xml", machines.sitemap, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
]
