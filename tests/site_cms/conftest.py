"""Files of the site's tests go where nobody looks."""

import pytest


@pytest.fixture(autouse=True)
def media_of_its_own(settings, tmp_path) -> None:
    settings.MEDIA_ROOT = tmp_path / "media"
