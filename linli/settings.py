"""Settings, all from the environment; the defaults run on SQLite with one command."""

from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url
import django_stubs_ext
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from linli import keys

django_stubs_ext.monkeypatch()

ROOT = Path(__file__).resolve().parent.parent
LINLI_DATA = Path(keys.read("LINLI_DATA", str(ROOT / "var"))).resolve()
LINLI_DEMO = keys.flag("LINLI_DEMO")
LINLI_BASE_URL = keys.read("LINLI_BASE_URL", "http://127.0.0.1:8000")
LINLI_REQUIRE_MFA = keys.flag("LINLI_REQUIRE_MFA", default=not LINLI_DEMO)
DEBUG = False
SECRET_KEY = keys.kept("LINLI_SECRET_KEY", LINLI_DATA / "keys", "text")
LINLI_FIELD_KEYS = [
    part for part in keys.kept("LINLI_FIELD_KEYS", LINLI_DATA / "keys", "field").split(",") if part
]
SECURE_SITE = LINLI_BASE_URL.startswith("https://")
ALLOWED_HOSTS = [urlsplit(LINLI_BASE_URL).hostname or "", "127.0.0.1", "localhost", "[::1]"]
ALLOWED_HOSTS += [host for host in keys.read("LINLI_HOSTS").split(",") if host]
CSRF_TRUSTED_ORIGINS = [LINLI_BASE_URL] if SECURE_SITE else []

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
    "django_htmx",
    "linli.ground.journal",
    "linli.ground.photos",
    "linli.ground.places",
    "linli.ground.people",
    "linli.ground.ledger",
    "linli.commons.timebank",
    "linli.commons.fund",
    "linli.loop.ask",
    "linli.loop.link",
    "linli.loop.launch",
    "linli.loop.run",
    "linli.loop.evaluate",
    "linli.web.parts",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "linli.web.door.DoorMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "linli.urls"
WSGI_APPLICATION = "linli.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [
            ROOT / "linli" / "web" / room / "templates"
            for room in ("desk", "pocket", "home", "board", "public")
        ],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "linli.web.frame.frame",
            ],
        },
    }
]

SQLITE = f"sqlite:///{LINLI_DATA / 'linli.sqlite3'}"
DATABASES = {
    "default": dj_database_url.parse(
        keys.read("DATABASE_URL", SQLITE), conn_max_age=60, conn_health_checks=True
    )
}
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-64000;"
        " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY;",
    }

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [ROOT / "linli" / "locale"]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "static/"
STATIC_ROOT = LINLI_DATA / "static"
NODE = ROOT / "node_modules"
STATICFILES_DIRS = [ROOT / "linli" / "web" / "static"]
STATICFILES_FINDERS = [
    "django.contrib.staticfiles.finders.FileSystemFinder",
    "linli.web.parts.finder.LibraryFinder",
]
STORAGES = {
    "default": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": str(LINLI_DATA)},
    },
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedStaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = not STATIC_ROOT.is_dir()  # `linli serve` collects and compresses them first
WHITENOISE_MAX_AGE = 3600
DATA_UPLOAD_MAX_MEMORY_SIZE = 30 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024

AUTH_USER_MODEL = "people.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "allauth.account.auth_backends.AuthenticationBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "linli.kit.passwords.ThreeKindsValidator"},
    {"NAME": "linli.kit.passwords.NotUsedBeforeValidator", "OPTIONS": {"last": 5}},
]
LINLI_PASSWORD_DAYS = 90
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "linli.web.door.DoorAdapter"
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "邻里 Linli"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5  # hours
AXES_LOCKOUT_PARAMETERS = ["username"]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "parts/locked.html"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
LINLI_IDLE_MINUTES = 30  # for whoever works here
LINLI_IDLE_MINUTES_AT_HOME = 240  # for residents and volunteers: a visit lasts hours
SESSION_COOKIE_AGE = 12 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SITE
SECURE_HSTS_SECONDS = 31536000 if SECURE_SITE else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if SECURE_SITE else None
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:", "blob:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "manifest-src": [SELF],
        "worker-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
    }
}
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
EMAIL_BACKEND = keys.read("LINLI_EMAIL_BACKEND", "django.core.mail.backends.smtp.EmailBackend")
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"console": {"class": "logging.StreamHandler"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
}
# We lock the account, whatever address the guesses come from.
SILENCED_SYSTEM_CHECKS = ["axes.W003", "axes.W006"]
