"""Reads settings from the environment, secrets also from files, and keeps local secrets for a one-machine start."""

import os
import secrets
from base64 import urlsafe_b64encode
from pathlib import Path

import environ

env = environ.Env()


def secret(name: str) -> str:
    """The secret called `name`: the variable itself, or the content of the file that `NAME_FILE` points to."""
    file_name = os.environ.get(f"{name}_FILE")
    if file_name:
        return Path(file_name).read_text(encoding="utf-8").strip()
    return os.environ.get(name, "")


def local_secret(path: Path, *, size: int = 32) -> str:
    """A random secret of `size` bytes kept in `path`, made on the first call.

    Two processes that start together get the same one: the file appears by an atomic link, and who comes second reads it.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        own = path.with_name(f"{path.name}.{os.getpid()}")
        own.touch(mode=0o600)
        own.write_text(urlsafe_b64encode(secrets.token_bytes(size)).decode(), encoding="utf-8")
        try:
            os.link(own, path)
        except FileExistsError:
            pass
        finally:
            own.unlink()
    return path.read_text(encoding="utf-8").strip()
