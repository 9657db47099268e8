"""The real shop's order lines, read where they lie and never copied into the project."""

from pathlib import Path

import pytest

REAL_FILE = Path(__file__).resolve().parents[2] / "shared" / "data" / "online_retail_to_2011-08-31.csv.xz"


def real_file() -> Path:
    """Path of the real order file; skips the calling test, with the reason, where it is absent."""
    if not REAL_FILE.exists():
        pytest.skip(f"needs the real order file, which is not at {REAL_FILE}")
    return REAL_FILE
