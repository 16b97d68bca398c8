"""What programs read: the articles' Atom feed, the podcast's RSS feed, transcripts, the sitemap, robots.txt."""
