import pytest

from sportello.channels import registry
from sportello.testing import Channel


@pytest.fixture
def server(settings):
    """The test channel in place of e-mail: what left lies in `server.sent`; `server.behaves` is its bad mood."""
    settings.CHANNELS = {"email": "sportello.testing.Channel"}
    registry.channels.cache_clear()
    Channel.sent.clear()
    Channel.behaves = None
    yield Channel
    Channel.behaves = None
    registry.channels.cache_clear()
