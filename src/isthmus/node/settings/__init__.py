"""Django's settings, derived from one frozen ``Config``; only this package reads the environment."""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.utils.translation import gettext_lazy as _

from isthmus.kit.config import Config, read_config
from isthmus.node.settings.database import django_database
from isthmus.node.settings.logs import logging_settings
from isthmus.node.settings.mail import mail_settings

ISTHMUS: Config = read_config(os.environ)

# The applications of this node. Adding a folder here is all that registers one.
ISTHMUS_APPLICATIONS = [
    "isthmus.apps.etrade",
    "isthmus.apps.excise",
    "isthmus.apps.solar",
    "isthmus.apps.workshops",
    "isthmus.apps.projects",
    "isthmus.apps.partners",
    "isthmus.apps.experts",
]


def _secret_key(home: Path) -> str:
    """The key that signs sessions, made by `isthmus init`; without one, sessions end with the process."""
    path = home / "secret_key"
    return path.read_text(encoding="ascii").strip() if path.is_file() else secrets.token_urlsafe(48)


_HOST = urlsplit(ISTHMUS.url).hostname or "localhost"
_HTTPS = ISTHMUS.url.startswith("https:")

DEBUG = ISTHMUS.debug
SECRET_KEY = _secret_key(ISTHMUS.home)
ALLOWED_HOSTS = [_HOST, "localhost", "127.0.0.1", "[::1]"]
CSRF_TRUSTED_ORIGINS = [ISTHMUS.url]
ROOT_URLCONF = "isthmus.node.urls"
WSGI_APPLICATION = "isthmus.node.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.humanize",
    "django.contrib.staticfiles",
    "django.forms",
    "django_htmx",
    "isthmus.ui",
    "isthmus.jobs",
    "isthmus.search",
    "isthmus.accounts",
    "isthmus.trust",
    "isthmus.exchange",
    *ISTHMUS_APPLICATIONS,
    "isthmus.node",
    # After accounts and ui, whose templates of the same names come first.
    "allauth",
    "allauth.account",
    "allauth.mfa",
]

MIDDLEWARE = [
    "isthmus.node.middleware.StrictHeaders",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    # Before the forgery check, which reads the form.
    "isthmus.node.limits.Limits",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "isthmus.accounts.middleware.SecondFactorFirst",
    "isthmus.node.middleware.Errors",
]

FORM_RENDERER = "isthmus.ui.forms.Renderer"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "isthmus.ui.context.shell",
            ],
        },
    }
]
UI_SHELL = "isthmus.node.shell.shell"

DATABASES = {"default": django_database(ISTHMUS.database_address)}

AUTH_USER_MODEL = "accounts.Officer"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "isthmus.accounts.password_rules.CommonAtHeart"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "front"
ACCOUNT_LOGOUT_REDIRECT_URL = "front"
ACCOUNT_ADAPTER = "isthmus.accounts.adapter.InvitedOnly"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_PREVENT_ENUMERATION = True
# Laptops are shared: a session ends with the browser, after SESSION_COOKIE_AGE at the latest.
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_FORMS = {
    "login": "isthmus.accounts.passwords.SignIn",
    "reauthenticate": "isthmus.accounts.passwords.ConfirmPassword",
    "change_password": "isthmus.accounts.passwords.ChangePassword",
    "set_password": "isthmus.accounts.passwords.ChoosePassword",
    "reset_password_from_key": "isthmus.accounts.passwords.ChoosePasswordByLink",
}
# A node may have no mail server: an operator hands out links to set a password, and letters become files.
globals().update(mail_settings(ISTHMUS))
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
# Addresses are given by approvers, who know whose they are: there is no mail that could verify them.
MFA_ALLOW_UNVERIFIED_EMAIL = True
MFA_ADAPTER = "isthmus.accounts.second_factor.Factors"
# A phone's clock may be half a minute off; each code still works once (see second_factor).
MFA_TOTP_TOLERANCE = 1
MFA_RECOVERY_CODES_SHOW_ONCE = True
# allauth counts in each process by itself; failed tries are counted in the database (see accounts.attempts).
ACCOUNT_RATE_LIMITS = MFA_RATE_LIMITS = False
MFA_FORMS = {
    "authenticate": "isthmus.accounts.second_factor.CodeAtSignIn",
    "reauthenticate": "isthmus.accounts.second_factor.CodeAgain",
    "activate_totp": "isthmus.accounts.second_factor.ActivateApp",
    "add_webauthn": "isthmus.accounts.second_factor.AddKey",
    "edit_webauthn": "isthmus.accounts.second_factor.RenameKey",
}
MFA_TOTP_ISSUER = f"Isthmus {ISTHMUS.node_id}"
MFA_WEBAUTHN_ALLOW_INSECURE_ORIGIN = not _HTTPS

# Cookies ignore ports, so nodes on one host would sign each other's people out without the id in the name.
# Under HTTPS the prefix binds them to this host and to TLS (RFC 6265bis): no neighbour can plant one.
_COOKIE = f"__Host-isthmus-{ISTHMUS.node_id}" if _HTTPS else f"isthmus-{ISTHMUS.node_id}"
SESSION_COOKIE_NAME = f"{_COOKIE}-session"
CSRF_COOKIE_NAME = f"{_COOKIE}-csrf"
LANGUAGE_COOKIE_NAME = f"{_COOKIE}-language"
BROWSER_COOKIE_NAME = f"{_COOKIE}-browser"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = LANGUAGE_COOKIE_SECURE = _HTTPS
SESSION_COOKIE_AGE = 12 * 60 * 60
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = LANGUAGE_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = LANGUAGE_COOKIE_HTTPONLY = True
# A cookie of its own would need the prefix too, and shows in the browser what a page said.
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
SECURE_HSTS_SECONDS = 31_536_000 if _HTTPS else 0
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
if ISTHMUS.trusted_proxy:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    # Throttling counts tries by address: the one that the proxy saw, not the proxy's own.
    ALLAUTH_TRUSTED_PROXY_COUNT = 1
# A batch is at most 8 MiB; the exchange enforces its own limits while it reads.
DATA_UPLOAD_MAX_MEMORY_SIZE = 9 * 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 2_000
DATA_UPLOAD_MAX_NUMBER_FILES = 100

LANGUAGE_CODE = ISTHMUS.language
LANGUAGES = [
    ("en", _("English")),
    ("fr", _("French")),
    ("zh-hans", _("Chinese (simplified)")),
    ("ro", _("Romanian")),
    ("ar", _("Arabic")),
]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
USE_THOUSAND_SEPARATOR = True
TIME_ZONE = ISTHMUS.time_zone

STATIC_URL = "static/"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
# Files come from the packages themselves: nothing has to be collected before a node can start. There is no
# STATIC_ROOT, because WhiteNoise warns at every start about a folder that is not there.
WHITENOISE_USE_FINDERS = True
WHITENOISE_MAX_AGE = 3600

SILENCED_SYSTEM_CHECKS: list[str] = []
LOGGING = logging_settings(ISTHMUS.log_level, ISTHMUS.log_format, ISTHMUS.node_id)
