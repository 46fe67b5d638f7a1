"""Every setting, with the default of a laptop. Production refuses to start on these defaults:
see config/checks.py and docs/exploitation.md."""

from __future__ import annotations

from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import environ
from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _

from config.settings.databases import databases
from config.settings.logs import logging_config
from config.settings.stores import file_store

env = environ.Env()
BASE_DIR = Path(__file__).resolve().parent.parent.parent
VAR_DIR = Path(env.str("NAVETTE_VAR", default=str(BASE_DIR / "var")))
VERSION = "0.1.0"

# development | demo | production
NAVETTE_MODE = env.str("NAVETTE_MODE", default="development")
DEMO_MODE = NAVETTE_MODE == "demo"
PRODUCTION = NAVETTE_MODE == "production"
DEBUG = env.bool("DEBUG", default=False)

# Production refuses to start on this one (config/checks.py).
SECRET_KEY = env.str("SECRET_KEY", default="") or "insecure-key-of-development-only-" + "0" * 30
ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]", "testserver"])
SITE_URL = env.str("SITE_URL", default="http://127.0.0.1:8000")
SERVICE_NAME = "Navette"
SERVICE_TAGLINE = _("Demander, conventionner et suivre les partages de données")

INSTALLED_APPS = [
    # Our apps first: their templates win over those of the libraries.
    "steering",
    "requests_flow",
    "sharing",
    "agreements",
    "cases",
    "catalogue",
    "questionnaires",
    "notifications",
    "accounts",
    "journal",
    "config",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "config.static.StaticFilesConfig",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "guardian",
    "viewflow.workflow",
    "procrastinate.contrib.django",
    "widget_tweaks",
    "dsfr",
    "csp",
]
VIEWFLOW = {"AUTOREGISTER": False}

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "accounts.middleware.SessionEndMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "accounts.middleware.ActingForMiddleware",
    "accounts.resume.ResumeMiddleware",
    "accounts.middleware.SecondFactorMiddleware",
    "cases.middleware.DomainErrorMiddleware",
    "config.replicas.ReplicaMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"
TEMPLATES: list[dict[str, Any]] = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "config.context_processors.service",
            ],
        },
    },
]

DATABASES = databases(env, VAR_DIR, production=PRODUCTION)
DATABASE_ROUTERS = ["config.replicas.ReplicaRouter"]
# Pages that only list: they are read from a replica when there is one (docs/exploitation.md).
REPLICA_VIEWS: list[str] = []
# Throttling counts the same in every web process.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "navette_cache",
    },
    # What each process may keep for a minute without asking the database.
    "process": {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "process",
    },
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/tableau-de-bord/"
SILENCED_SYSTEM_CHECKS: list[str] = []

ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_ADAPTER = "accounts.adapters.AccountAdapter"
ACCOUNT_RATE_LIMITS = {
    "login_failed": "5/5m/key,20/5m/ip",
    "reset_password": "5/h/key,20/h/ip",
    "verify_document": "30/5m/ip",
}
# A session ends with the browser, and after SESSION_COOKIE_AGE at the latest.
ACCOUNT_SESSION_REMEMBER = False
# How many proxies stand in front: throttling counts by the address of the visitor, not of a proxy.
ALLAUTH_TRUSTED_PROXY_COUNT = env.int("TRUSTED_PROXY_COUNT", default=1 if PRODUCTION else 0)
MFA_ADAPTER = "accounts.adapters.SecondFactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
# A telephone whose clock is half a minute wrong still works.
MFA_TOTP_TOLERANCE = 1
MFA_TOTP_ISSUER = SERVICE_NAME

LANGUAGE_CODE = "fr"
LANGUAGES = [("fr", "Français")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Paris"
USE_THOUSAND_SEPARATOR = True

STATIC_URL = "/static/"
STATIC_ROOT = Path(env.str("STATIC_ROOT", default=str(VAR_DIR / "static")))
# The pictures of the guides are those of the documentation.
STATICFILES_DIRS = [BASE_DIR / "static", ("guides", BASE_DIR / "docs" / "images")]
MEDIA_ROOT = Path(env.str("STORAGE_ROOT", default=str(VAR_DIR / "files")))
ARCHIVE_ROOT = Path(env.str("ARCHIVE_ROOT", default=str(VAR_DIR / "archive")))
ARCHIVE_RETENTION_YEARS = env.int("ARCHIVE_RETENTION_YEARS", default=10)
MANIFEST_STORAGE = {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"}
PLAIN_STORAGE = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
# A thousand pictograms of some hundred bytes each are not worth the time of compressing them.
WHITENOISE_SKIP_COMPRESS_EXTENSIONS = (
    "br gz gif ico jpeg jpg md png svg webp woff woff2 zip".split()
)
STORAGES = {
    "default": file_store(env, "STORAGE"),
    # In a bucket, a sealed act is locked until its retention ends.
    "archive": file_store(
        env, "ARCHIVE", ARCHIVE_ROOT, bucket="agreements.documents.worm.WormS3Storage"
    ),
    "staticfiles": MANIFEST_STORAGE if DEMO_MODE or PRODUCTION else PLAIN_STORAGE,
}
KEYS_ROOT = VAR_DIR / "keys"
# The platform's seal. Without a file, demo and development make a key of their own (KEYS_ROOT).
SEAL_PKCS12_PATH = env.str("SEAL_PKCS12_PATH", default="")
SEAL_PKCS12_PASSWORD = env.str("SEAL_PKCS12_PASSWORD", default="")
# Or a key that never leaves its device: its PKCS#11 library, its token, the key in it, and the
# certificates (PEM) of the seal and of the authorities above.
SEAL_PKCS11_MODULE = env.str("SEAL_PKCS11_MODULE", default="")
SEAL_PKCS11_TOKEN = env.str("SEAL_PKCS11_TOKEN", default="")
SEAL_PKCS11_PIN = env.str("SEAL_PKCS11_PIN", default="")
SEAL_PKCS11_KEY = env.str("SEAL_PKCS11_KEY", default="")
SEAL_CERTIFICATES_PATH = env.str("SEAL_CERTIFICATES_PATH", default="")
# The authority that certifies signatories, and the roots (PEM) of partners and timestamp services.
SIGNING_CA_PKCS12_PATH = env.str("SIGNING_CA_PKCS12_PATH", default="")
SIGNING_CA_PKCS12_PASSWORD = env.str("SIGNING_CA_PKCS12_PASSWORD", default="")
# What those certificates make of a signature: simple, advanced, advanced_qc, qualified.
SIGNING_LEVEL = env.str("SIGNING_LEVEL", default="advanced")
TRUST_ROOTS_PATH = env.str("TRUST_ROOTS_PATH", default="")
# The characters of acts: Marianne is for the State alone (static/fonts/LISEZMOI.md).
DOCUMENT_FONT_FAMILY = env.str("DOCUMENT_FONT_FAMILY", default="Marianne")
DOCUMENT_FONT_DIR = env.str("DOCUMENT_FONT_DIR", default=str(BASE_DIR / "static" / "fonts"))
TIMESTAMP_URLS = env.list("TIMESTAMP_URLS", default=[])
UPLOAD_MAX_BYTES = env.int("UPLOAD_MAX_BYTES", default=10 * 1024 * 1024)
DATA_UPLOAD_MAX_MEMORY_SIZE = 12 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000
CLAMD_SOCKET = env.str("CLAMD_SOCKET", default="")

EMAIL_CONFIG = env.email_url("EMAIL_URL", default="consolemail://")
vars().update(EMAIL_CONFIG)
DEFAULT_FROM_EMAIL = env.str(
    "DEFAULT_FROM_EMAIL", default="Navette <ne-pas-repondre@navette.invalid>"
)

# A session lasts twelve hours at most, and an hour without a sign of life (accounts/sessions.py).
SESSION_COOKIE_AGE = 12 * 3600
SESSION_IDLE_SECONDS = env.int("SESSION_IDLE_MINUTES", default=60) * 60
# Months after which a closed account keeps but a name (config/retention.py).
ERASE_ACCOUNTS_AFTER_MONTHS = env.int("ERASE_ACCOUNTS_AFTER_MONTHS", default=12)
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_SECURE = PRODUCTION
# Behind a proxy the browser names the public address, not the one this process hears.
CSRF_TRUSTED_ORIGINS = ["{0.scheme}://{0.netloc}".format(urlsplit(SITE_URL))]
SECURE_SSL_REDIRECT = env.bool("SECURE_SSL_REDIRECT", default=PRODUCTION)
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]
SECURE_HSTS_SECONDS = 31536000 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = PRODUCTION
SECURE_HSTS_PRELOAD = PRODUCTION
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if PRODUCTION else None
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF, "data:"],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}

DSFR_MARK_OPTIONAL_FIELDS = True

LOGGING = logging_config(env.str("LOG_LEVEL", default="INFO"))
