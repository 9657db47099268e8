"""The tests' environment, set before Django reads its settings: a pytest plugin named in pyproject.toml.

Nothing of this machine's `.env` counts, run-time files go to a folder of their own, and the cache and the broker are in
memory unless the caller names servers.
"""

import atexit
import os
import shutil
import tempfile
from pathlib import Path

if "ZHANGGUI_TESTS" not in os.environ:
    folder = tempfile.mkdtemp(prefix="zhanggui-tests-")
    owner = os.getpid()
    # Workers of xdist inherit the folder; who made it removes it.
    atexit.register(lambda: os.getpid() == owner and shutil.rmtree(folder, ignore_errors=True))
    os.environ["ZHANGGUI_TESTS"] = folder

os.environ["ENV_FILE"] = os.devnull
os.environ["VAR_DIR"] = str(Path(os.environ["ZHANGGUI_TESTS"]) / str(os.getpid()))
os.environ["CACHE_URL"] = os.environ.get("TEST_CACHE_URL", "locmemcache://")
os.environ["CELERY_BROKER_URL"] = os.environ.get("TEST_BROKER_URL", "memory://")
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
os.environ["DEBUG"] = "0"
os.environ["DEMO"] = "0"
if not os.environ["DATABASE_URL"]:
    del os.environ["DATABASE_URL"]
