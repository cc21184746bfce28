import pytest


@pytest.fixture
def gallery(settings, client):
    """A client that sees the gallery in its sample frame."""
    settings.ROOT_URLCONF = "tests.ui.urls"
    settings.UI_SHELL = ""
    return client
