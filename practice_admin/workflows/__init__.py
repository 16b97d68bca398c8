"""Acts that span packages."""
