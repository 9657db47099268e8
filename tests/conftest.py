"""Test settings: nothing of this machine's environment, a folder of our own, no network but loopback."""

import os
import tempfile

os.environ["ENV_FILE"] = os.devnull
os.environ.setdefault("VAR_DIR", tempfile.mkdtemp(prefix="zhanggui-tests-"))
os.environ.setdefault("CACHE_URL", "locmemcache://")
os.environ.setdefault("CELERY_BROKER_URL", "memory://")
os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
