"""Who works on the site under /cms/: the therapist, and whoever helps her write. No client is known there."""
