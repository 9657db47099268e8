"""All settings. Everything that differs between machines comes from the environment (see `.env.example`)."""

from datetime import timedelta
from pathlib import Path
from typing import Any

from csp.constants import NONE, SELF
from django.utils.translation import gettext_lazy as _
from unfold.contrib.constance.settings import UNFOLD_CONSTANCE_ADDITIONAL_FIELDS

from config.environment import env, local_secret, secret
from config.logs import json_lines

BASE_DIR = Path(__file__).resolve().parent.parent
env.read_env(env.str("ENV_FILE", default=str(BASE_DIR / ".env")))
VAR_DIR = Path(env.str("VAR_DIR", default=str(BASE_DIR / "var")))
VAR_DIR.mkdir(parents=True, exist_ok=True)

DEBUG = env.bool("DEBUG", default=False)
DEMO = env.bool("DEMO", default=False)

# Secrets. On one machine they are made on first use and kept in var/; several machines must share them by the environment.
SECRETS_ARE_LOCAL = not (secret("SECRET_KEY") and secret("ENCRYPTION_KEYS") and secret("LOOKUP_KEY"))
SECRET_KEY = secret("SECRET_KEY") or local_secret(VAR_DIR / "secrets" / "secret_key", size=64)
# "id:key,id:key": the first one encrypts, all of them decrypt.
ENCRYPTION_KEYS = secret("ENCRYPTION_KEYS") or f"local:{local_secret(VAR_DIR / 'secrets' / 'encryption_key')}"
LOOKUP_KEY = secret("LOOKUP_KEY") or local_secret(VAR_DIR / "secrets" / "lookup_key")

ALLOWED_HOSTS = env.list("ALLOWED_HOSTS", default=["localhost", "127.0.0.1", "[::1]"])
CSRF_TRUSTED_ORIGINS = env.list("CSRF_TRUSTED_ORIGINS", default=[])
HTTPS = env.bool("HTTPS", default=False)
SECURE_SSL_REDIRECT = HTTPS
SESSION_COOKIE_SECURE = HTTPS
CSRF_COOKIE_SECURE = HTTPS
SECURE_HSTS_SECONDS = 31_536_000 if HTTPS else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = HTTPS
SECURE_HSTS_PRELOAD = HTTPS
# Whoever serves behind a proxy of their own says so: it alone writes X-Forwarded-Proto and -For (`config.kernel.client_address`).
BEHIND_PROXY = env.bool("BEHIND_PROXY", default=False)
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
SECURE_REDIRECT_EXEMPT = [r"^healthz$", r"^readyz$"]
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "config.error_pages.not_from_here"
SESSION_COOKIE_AGE = 12 * 60 * 60

INSTALLED_APPS = [
    "unfold",
    "unfold.contrib.filters",
    "unfold.contrib.forms",
    "unfold.contrib.import_export",
    "unfold.contrib.simple_history",
    "unfold.contrib.constance",
    "config",
    "config.kernel",
    "catalog",
    "membership",
    "marketing",
    "fulfillment",
    "service_desk",
    "analytics",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "whitenoise.runserver_nostatic",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "rest_framework",
    "rest_framework.authtoken",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_celery_beat",
    "django_htmx",
    "csp",
    "import_export",
    "simple_history",
    "axes",
    "constance",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_prometheus",
]

MIDDLEWARE = [
    "django_prometheus.middleware.PrometheusBeforeMiddleware",
    "config.error_pages.ErrorPageMiddleware",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "config.middleware.StaffLanguageMiddleware",
    "config.kernel.actor.ActorMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "simple_history.middleware.HistoryRequestMiddleware",
    "axes.middleware.AxesMiddleware",
    "config.account.middleware.ExpiredSessionMiddleware",
    "config.account.middleware.SignInRateMiddleware",
    "config.account.middleware.SecondFactorMiddleware",
    "config.account.middleware.StaffSessionMiddleware",
    "config.middleware.PrivatePagesMiddleware",
    "django_prometheus.middleware.PrometheusAfterMiddleware",
]

ROOT_URLCONF = "config.urls"
WSGI_APPLICATION = "config.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Databases. The cache has a file of its own on SQLite, so that counting a page view never waits for an import.
SQLITE_OPTIONS = {
    "transaction_mode": "IMMEDIATE",
    "timeout": 30,
    "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA cache_size=-16000;",
}
DATABASES = {"default": env.db_url("DATABASE_URL", default=f"sqlite:///{VAR_DIR / 'db.sqlite3'}")}
IS_SQLITE = DATABASES["default"]["ENGINE"].endswith("sqlite3")
if IS_SQLITE:
    DATABASES["default"]["OPTIONS"] = SQLITE_OPTIONS
elif env.int("DATABASE_POOL_SIZE", default=0):
    DATABASES["default"]["OPTIONS"] = {"pool": {"min_size": 1, "max_size": env.int("DATABASE_POOL_SIZE")}}
else:
    DATABASES["default"]["CONN_MAX_AGE"] = 60
    DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if env.str("CACHE_URL", default=""):
    CACHES = {"default": env.cache_url("CACHE_URL")}
else:
    DATABASES["cache"] = {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": VAR_DIR / "cache.sqlite3",
        "OPTIONS": SQLITE_OPTIONS,
    }
    CACHES = {
        "default": {
            "BACKEND": "django.core.cache.backends.db.DatabaseCache",
            "LOCATION": "cache_entry",
        }
    }
DATABASE_ROUTERS = ["config.routers.CacheRouter"]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Work in the background. A row is the queue and a message only wakes a worker, so a lost message costs half a minute.
CELERY_BROKER_URL = env.str("CELERY_BROKER_URL", default="filesystem://localhost//")
if CELERY_BROKER_URL.startswith("filesystem"):
    BROKER_DIR = VAR_DIR / "broker"
    for folder in ("messages", "control"):
        (BROKER_DIR / folder).mkdir(parents=True, exist_ok=True)
    CELERY_BROKER_TRANSPORT_OPTIONS = {
        "data_folder_in": str(BROKER_DIR / "messages"),
        "data_folder_out": str(BROKER_DIR / "messages"),
        "control_folder": str(BROKER_DIR / "control"),
        "store_processed": False,
    }
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_WORKER_ENABLE_REMOTE_CONTROL = False
CELERY_WORKER_HIJACK_ROOT_LOGGER = False
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_TASK_ALWAYS_EAGER = env.bool("CELERY_TASK_ALWAYS_EAGER", default=False)
CELERY_BEAT_SCHEDULER = "django_celery_beat.schedulers:DatabaseScheduler"
CELERY_TIMEZONE = "Asia/Shanghai"
DJANGO_CELERY_BEAT_TZ_AWARE = True

# People and sign-in.
AUTH_USER_MODEL = "kernel.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "config.sign_in.StaffBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{name}"}
    for name in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]
AUTH_PASSWORD_VALIDATORS[1]["OPTIONS"] = {"min_length": 10}  # type: ignore[assignment]
LOGIN_URL = "admin:login"
LOGIN_REDIRECT_URL = "start"
LOGOUT_REDIRECT_URL = "admin:login"
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_FAILURE_LIMIT = env.int("SIGN_IN_FAILURE_LIMIT", default=10)
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_CALLABLE = "config.error_pages.locked_out"
AXES_RESET_ON_SUCCESS = True
AXES_VERBOSE = False
AXES_CLIENT_IP_CALLABLE = "config.kernel.client_address.client_address"
# Tries from one address within a minute, whatever the names: who guesses one password for many names meets this.
SIGN_IN_TRIES_PER_MINUTE = env.int("SIGN_IN_TRIES_PER_MINUTE", default=30)

# Languages, time and money.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", _("Simplified Chinese")), ("en", _("English"))]
LOCALE_PATHS = [BASE_DIR / "config" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = env.str("TIME_ZONE", default="Asia/Shanghai")
USE_THOUSAND_SEPARATOR = True
BASE_CURRENCY = env.str("BASE_CURRENCY", default="CNY")

# Files.
STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "config" / "static"]
WHITENOISE_USE_FINDERS = True
MEDIA_ROOT = VAR_DIR / "media"
# What was brought in holds names and addresses: only the shop's own user reads it.
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
UPLOAD_LIMIT_BYTES = env.int("UPLOAD_LIMIT_BYTES", default=200 * 1024 * 1024)
API_BODY_LIMIT_BYTES = env.int("API_BODY_LIMIT_BYTES", default=2 * 1024 * 1024)
UNPACKED_LIMIT_BYTES = env.int("UNPACKED_LIMIT_BYTES", default=2 * 1024 * 1024 * 1024)
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "config.kernel.uploads.LimitedUpload",
]
OUTBOX_DIR = VAR_DIR / "outbox"

# Mail: files in var/outbox/ unless an SMTP server is named.
EMAIL_URL = env.str("EMAIL_URL", default="")
if EMAIL_URL:
    vars().update(env.email_url("EMAIL_URL"))
else:
    EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
    EMAIL_FILE_PATH = OUTBOX_DIR
DEFAULT_FROM_EMAIL = env.str("DEFAULT_FROM_EMAIL", default="zhanggui@localhost")
SITE_ADDRESS = env.str("SITE_ADDRESS", default="http://127.0.0.1:8000")

# What a page may load: our own files only. 'unsafe-eval' is what the admin theme's Alpine needs, inline styles too.
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "script-src": [SELF, "'unsafe-eval'"],
        "style-src": [SELF, "'unsafe-inline'"],
        "img-src": [SELF, "data:"],
        "font-src": [SELF, "data:"],
        "connect-src": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [SELF],
        "form-action": [SELF],
        "object-src": [NONE],
    }
}

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "config.kernel.api.BearerTokenAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["config.kernel.api.HasModelPermission"],
    "DEFAULT_FILTER_BACKENDS": ["django_filters.rest_framework.DjangoFilterBackend"],
    "DEFAULT_PAGINATION_CLASS": "config.kernel.api.NewestFirstPagination",
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["config.kernel.api_bodies.BoundedJSONParser"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "config.kernel.api_views.answer_error",
    "DEFAULT_THROTTLE_CLASSES": [
        "rest_framework.throttling.UserRateThrottle",
        "rest_framework.throttling.AnonRateThrottle",
    ],
    # A fair share for each caller, counted in the cache; what guards accounts is counted in the database (SIGN_IN_*).
    "DEFAULT_THROTTLE_RATES": {
        "user": env.str("API_RATE", default="1200/min"),
        "anon": env.str("API_RATE_ANONYMOUS", default="60/min"),
    },
    # Without a proxy X-Forwarded-For is the caller's own invention: a new one for each request would never be limited.
    "NUM_PROXIES": 1 if BEHIND_PROXY else 0,
    "COERCE_DECIMAL_TO_STRING": True,
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Zhanggui API",
    "DESCRIPTION": "Orders, stock, customers, tickets and reports of the store back office.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    "REDOC_DIST": "SIDECAR",
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "ENUM_ADD_EXPLICIT_BLANK_NULL_CHOICE": False,
    "POSTPROCESSING_HOOKS": [
        "drf_spectacular.hooks.postprocess_schema_enums",
        "config.kernel.api_schema.document_errors",
    ],
    # Several models have a kind or a state: the schema names each by its model, not by a checksum.
    "ENUM_NAME_OVERRIDES": {
        "OrderStateEnum": "fulfillment.models.Order.State",
        "TicketStateEnum": "service_desk.models.Ticket.State",
        "TicketKindEnum": "service_desk.models.Ticket.Kind",
        "ReportKindEnum": "analytics.models.Report.Kind",
    },
}

CONSTANCE_BACKEND = "constance.backends.database.DatabaseBackend"
# Roles say who may change settings, not the superuser flag alone.
CONSTANCE_SUPERUSER_ONLY = False
CONSTANCE_CONFIG = {
    "SHOP_NAME": ("掌柜", _("Name of the shop as shown in the heading and in mails"), "shop_name"),
    "RFM_WINDOW_DAYS": (365, _("Days of purchases that RFM looks back on"), "days"),
    "RFM_MINIMUM_BUYERS": (50, _("Fewer buyers than this: thresholds instead of ranks"), "count"),
    "FORECAST_HISTORY_DAYS": (400, _("Days of demand that the forecast reads"), "days"),
    "STOCK_HOLD_MINUTES": (30, _("Minutes after which an unpaid order gives its stock back"), "minutes"),
    "SECOND_FACTOR_ROLES": ([], _("Roles that must sign in with a second factor"), "roles"),
}


def _whole_number(*, least: int, most: int) -> list[Any]:
    [field, options] = UNFOLD_CONSTANCE_ADDITIONAL_FIELDS[int]
    return [field, {**options, "min_value": least, "max_value": most}]


CONSTANCE_ADDITIONAL_FIELDS = {
    **UNFOLD_CONSTANCE_ADDITIONAL_FIELDS,
    "shop_name": ["django.forms.CharField", {"widget": "unfold.widgets.UnfoldAdminTextInputWidget", "max_length": 40}],
    # Four weeks are the least that a weekly pattern can be seen in.
    "days": _whole_number(least=28, most=3650),
    "count": _whole_number(least=1, most=1_000_000),
    "minutes": _whole_number(least=1, most=7 * 24 * 60),
    "roles": ["config.account.forms.RolesField", {}],
}
OTP_TOTP_ISSUER = "Zhanggui"

SIMPLE_HISTORY_HISTORY_ID_USE_UUID = False
IMPORT_EXPORT_USE_TRANSACTIONS = True
# Control characters cannot stand in a workbook; formulas are made harmless by `config.kernel.importing.export`.
IMPORT_EXPORT_ESCAPE_ILLEGAL_CHARS_ON_EXPORT = True
IMPORT_EXPORT_IMPORT_PERMISSION_CODE = "change"
IMPORT_EXPORT_EXPORT_PERMISSION_CODE = "view"
PROMETHEUS_EXPORT_MIGRATIONS = False
METRICS_TOKEN = secret("METRICS_TOKEN")

UNFOLD = {
    "SITE_TITLE": _("Zhanggui"),
    "SITE_HEADER": _("Zhanggui"),
    "SITE_SUBHEADER": _("Store back office"),
    "SITE_SYMBOL": "storefront",
    "SITE_URL": "/",
    "SHOW_HISTORY": True,
    "SHOW_VIEW_ON_SITE": False,
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": lambda request: "/static/favicon.svg"}],
    "STYLES": [lambda request: "/static/app.css"],
    "SCRIPTS": ["config.site.theme_script", lambda request: "/static/labels.js", "config.site.kept_script"],
    "ACCOUNT": {"navigation": "config.site.account_links"},
    "COMMAND": {"search_callback": "config.palette.results", "show_history": False},
    "SIDEBAR": {
        "show_search": True,
        "command_search": True,
        "show_all_applications": False,
        "navigation": "config.site.navigation",
    },
}

# What an exception says may be what somebody typed: its text is logged on a developer's machine only.
LOG_VALUES = env.bool("LOG_VALUES", default=False)
LOGGING = json_lines(level=env.str("LOG_LEVEL", default="WARNING"))
