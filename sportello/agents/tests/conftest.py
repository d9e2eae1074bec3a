import pytest

PASSWORD = "quando piove si legge"


@pytest.fixture(autouse=True)
def _quick(settings):
    """Hashing is slow on purpose; not here. Letters leave through the desk's own server."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    settings.EMAIL_IS_SET = True


@pytest.fixture
def password(ben):
    """Ben has one, and this is it."""
    ben.set_password(PASSWORD)
    ben.save()
    return PASSWORD


@pytest.fixture
def enter(password):
    """Sign in at the door, as Ben unless told otherwise."""

    def enter(client, email="ben@shop.example", password=password, **fields):
        return client.post("/sign-in/", {"login": email, "password": password, **fields})

    return enter
