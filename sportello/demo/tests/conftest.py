import pytest

from sportello.demo.prepare.all import prepare
from sportello.demo.season.clock import REFERENCE, SHOP_ZONE

THEN = REFERENCE.replace(tzinfo=SHOP_ZONE)


@pytest.fixture
def small_demo(db):
    """A demo of some sixty conversations, as it looks on the story's own morning."""
    prepare(now=THEN, conversations=60, outgoing={}, say=lambda percent, words: None)
