"""Every setting, from environment variables with working defaults. See docs/self-hosting.md."""

import contextlib
import logging
import os
import secrets
import sys
from pathlib import Path

from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy as _
from environs import Env

from sportello.lib import logs
from sportello.ui.fingerprint import fingerprint

env = Env(expand_vars=False)

BASE_DIR = Path(__file__).resolve().parent.parent
DATA_DIR = Path(env.str("SPORTELLO_DATA", str(BASE_DIR / "data")))
DATA_DIR.mkdir(parents=True, exist_ok=True)


def _secret_key() -> str:
    """The key from the environment, or one made once and kept in the data folder, readable by us alone."""
    if key := env.str("SPORTELLO_SECRET_KEY", ""):
        return key
    path = DATA_DIR / "secret_key"
    if not path.exists():
        # Written whole under another name first, so that two processes that start together read one key.
        fresh = path.with_name(f"secret_key.{os.getpid()}")
        fresh.touch(mode=0o600)
        fresh.write_text(secrets.token_urlsafe(50))
        with contextlib.suppress(FileExistsError):
            os.link(fresh, path)
        fresh.unlink()
    return path.read_text()


SECRET_KEY = _secret_key()
# Decrypt what older keys encrypted while a new one is introduced.
SECRET_KEY_FALLBACKS: list[str] = env.list("SPORTELLO_OLD_SECRET_KEYS", [])
DEBUG = env.bool("SPORTELLO_DEBUG", False)
ALLOWED_HOSTS = env.list("SPORTELLO_HOSTS", ["localhost", "127.0.0.1", "[::1]"])
PUBLIC_URL = env.str("SPORTELLO_URL", "http://localhost:8000").rstrip("/")
CSRF_TRUSTED_ORIGINS = [PUBLIC_URL]
HTTPS = PUBLIC_URL.startswith("https://")
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = HTTPS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("SPORTELLO_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 31536000 if HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "SAMEORIGIN"
SESSION_COOKIE_SAMESITE = "Lax"

# What is plugged in: a kind and the dotted path of its class, ours and other people's alike.
CHANNELS = {
    "email": "sportello.channels.email.channel.Channel",
}
REACTIONS = "sportello.reactions.REACTIONS"
RECURRING = "sportello.reactions.RECURRING"
SERVICES = "sportello.reactions.SERVICES"
LIVE = "sportello.reactions.LIVE"
PANELS = "sportello.panels"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django_htmx",
    "django_tasks",
    "sportello.lib",
    "sportello.ui",
    "sportello.events",
    "sportello.jobs",
    "sportello.realtime",
    "sportello.search",
    "sportello.workspace",
    "sportello.channels",
    "sportello.agents",
    "sportello.customers",
    "sportello.commerce",
    "sportello.conversations",
    "sportello.desk",
    "sportello.demo",
    # Below ours, so that our templates are found first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "sportello.lib.requests_log.RequestLog",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "sportello.ui.middleware.speak",
    "sportello.agents.middleware.at_the_shop",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sportello.agents.middleware.DoorMiddleware",
]

ROOT_URLCONF = "sportello.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sportello.demo.context.logins",
            ],
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "sportello.ui.templatetags.ui",
            ],
        },
    },
]
WSGI_APPLICATION = None

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{DATA_DIR / 'sportello.sqlite3'}")}
SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if SQLITE:
    # IMMEDIATE: a writer waits for its turn at BEGIN instead of failing half-way. FULL: a commit survives a power cut.
    # Pages of 8 KiB hold more than one mail each: a third less work to store them (only a new file can choose).
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "init_command": (
            "PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; "
            "PRAGMA mmap_size=134217728; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=67108864;"
        ),
    }
else:
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
# A thread keeps its connection: opening one costs as much as half a page, on SQLite too.
DATABASES["default"]["CONN_MAX_AGE"] = None
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
REDIS_URL = env.str("REDIS_URL", "")
# Live updates: how often each process looks for events nobody woke it for, tells an idle page that it is still there,
# and asks whether who listens still may.
LIVE_POLL_SECONDS = env.float("SPORTELLO_LIVE_POLL", 5.0 if REDIS_URL else 0.25)
LIVE_BEAT_SECONDS = env.float("SPORTELLO_LIVE_BEAT", 15.0)
LIVE_RECHECK_SECONDS = env.float("SPORTELLO_LIVE_RECHECK", 60.0)

AUTH_USER_MODEL = "agents.Agent"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
# A session is a row with its agent, device and address: it can be shown and revoked. Unused for 30 days, it ends.
SESSION_ENGINE = "sportello.agents.sessions"
SESSION_COOKIE_AGE = 30 * 24 * 3600
SESSION_COOKIE_NAME = "sportello"
# Login limits are counted here. Several processes must share the count: then REDIS_URL is needed.
# Room for many keys, so that nobody pushes the count against them out by trying thousands of names.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "sportello",
    }
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 50_000}}
}
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "/sign-in/"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_ADAPTER = "sportello.agents.adapters.AccountAdapter"
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_EMAIL_NOTIFICATIONS = True
ACCOUNT_EMAIL_UNKNOWN_ACCOUNTS = False
ACCOUNT_SESSION_REMEMBER = True
ACCOUNT_FORMS = {
    "login": "sportello.agents.forms.doors.LoginForm",
    "reauthenticate": "sportello.agents.forms.doors.ReauthenticateForm",
    "change_password": "sportello.agents.forms.doors.ChangePasswordForm",
    "set_password": "sportello.agents.forms.doors.SetPasswordForm",
    "reset_password": "sportello.agents.forms.doors.ResetPasswordForm",
    "reset_password_from_key": "sportello.agents.forms.doors.ResetPasswordKeyForm",
}
MFA_FORMS = {
    "authenticate": "sportello.agents.forms.doors.CodeForm",
    "reauthenticate": "sportello.agents.forms.doors.CodeAgainForm",
    "activate_totp": "sportello.agents.forms.doors.AppForm",
    "add_webauthn": "sportello.agents.forms.doors.AddPasskeyForm",
    "edit_webauthn": "sportello.agents.forms.doors.NamePasskeyForm",
}
ACCOUNT_REAUTHENTICATION_TIMEOUT = 15 * 60
MFA_ADAPTER = "sportello.agents.adapters.TwoStepAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes", "webauthn"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Whoever accepted an invitation, or made the shop, has shown who they are: sign-up is closed.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_TOTP_TOLERANCE = 1
ALLAUTH_TRUSTED_PROXY_COUNT = 1 if SECURE_PROXY_SSL_HEADER else 0

LANGUAGE_CODE = "it"
LANGUAGES = [("it", "Italiano"), ("en", "English")]
LOCALE_PATHS = [BASE_DIR / "sportello" / "locale"]  # for the files that belong to no app; each app has its own
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("SPORTELLO_TIME_ZONE", "Europe/Rome")

# The address of every static file changes when any of them does, so a browser may keep them all for ever.
STATIC_VERSION = "dev" if DEBUG else fingerprint(BASE_DIR / "sportello")
STATIC_URL = f"/static/{STATIC_VERSION}/"
STATICFILES_FINDERS = [
    "sportello.ui.bundle.BundleFinder",
    "django.contrib.staticfiles.finders.AppDirectoriesFinder",
]
MEDIA_ROOT = DATA_DIR / "files"
MEDIA_URL = None
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_IMMUTABLE_FILE_TEST = "^/static/[0-9a-f]{10}/"
WEB_THREADS = env.int("SPORTELLO_THREADS", 8)
LARGEST_UPLOAD = 60 * 1024 * 1024
LARGEST_DELIVERY = 50 * 1024 * 1024
DELIVERIES_IN_MEMORY = 128 * 1024 * 1024
# Deliveries per inbox, and refused attempts per address.
HOOK_RATE = env.str("SPORTELLO_HOOK_RATE", "6000/minute")
STRANGER_RATE = env.str("SPORTELLO_STRANGER_RATE", "60/minute")
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "object-src": [NONE],
        "base-uri": [NONE],
        "form-action": [SELF],
        "frame-ancestors": [SELF],
    },
}

# "json" or "text"; without it, text in a terminal and JSON elsewhere.
LOGS = env.str("SPORTELLO_LOGS", "text" if sys.stderr.isatty() else "json")
LOGGING = logs.configure(json=LOGS == "json", level=env.str("SPORTELLO_LOG_LEVEL", "INFO").upper())
DJANGO_STRUCTLOG_STATUS_START_LOG_LEVEL = logging.DEBUG
DJANGO_STRUCTLOG_STATUS_4XX_LOG_LEVEL = logging.INFO
DJANGO_STRUCTLOG_TRUST_UPSTREAM_REQUEST_ID = True  # asgi.py gave it, or let it pass
DJANGO_STRUCTLOG_USER_ID_FIELD = None  # lib/requests_log.py names who it was, if anybody asked
DJANGO_STRUCTLOG_IP_LOGGING_ENABLED = False

TASKS = {"default": {"BACKEND": "sportello.jobs.backend.LeaseBackend", "QUEUES": []}}
# The desk's own letters: invitations, forgotten passwords. Replies to customers leave through their inbox.
# submission://user:password@mail.example:587 speaks STARTTLS, smtp://…:465?ssl=true speaks TLS from the start.
_mail = env.dj_email_url("SPORTELLO_EMAIL_URL", "smtp://localhost:25")
if "EMAIL_BACKEND" not in _mail:
    raise ImproperlyConfigured("SPORTELLO_EMAIL_URL must begin with submission:// or smtp://")
vars().update(_mail)
EMAIL_IS_SET = "SPORTELLO_EMAIL_URL" in os.environ
EMAIL_TIMEOUT = 20
DEFAULT_FROM_EMAIL = env.str("SPORTELLO_FROM", "sportello@localhost")

# Where a phone number without + is dialled from.
COUNTRY = env.str("SPORTELLO_COUNTRY", "IT")
# Where a mail server on this machine may hand mail to us (see docs/self-hosting.md). Only on the loopback interface.
SMTP_PORT: int | None = env.int("SPORTELLO_SMTP_PORT", None)
LMTP_PORT: int | None = env.int("SPORTELLO_LMTP_PORT", None)
# Which hosts in our own network may be spoken to: "mail" servers, "all", or "none" (see lib/net.py).
ALLOW_PRIVATE_HOSTS = env.str("SPORTELLO_ALLOW_PRIVATE_HOSTS", "mail")

ORDER_FILE_LIMIT = env.int("SPORTELLO_ORDER_FILE_MB", 200) * 1024 * 1024
# The demo: one-click sign-in, an outbox to read what customers get, and the port where their mail server listens.
DEMO = env.bool("SPORTELLO_DEMO", False)
DEMO_MAIL_PORT = env.int("SPORTELLO_DEMO_MAIL_PORT", 0)

UNDO_SECONDS = env.int("SPORTELLO_UNDO_SECONDS", 10)
LANGUAGE_NAMES = {
    "it": _("Italian"),
    "en": _("English"),
    "de": _("German"),
    "fr": _("French"),
    "es": _("Spanish"),
}
