"""What `make run` does before anything else: notes in `.env` that this is a demo, then hands over to `manage.py up`.

The note makes later commands agree with the running shop. It is written once; a `.env` that is there is never touched.
"""

import argparse
import os
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
DEMO_ENVIRONMENT = """\
# Written by the first `make run`. Demo sign-ins work only while DEBUG is on: never serve this to the internet.
DEBUG=1
DEMO=1
"""


def main() -> None:
    """Write `.env` if a demo is wanted and none is there, and become `manage.py up`."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--port", default="8000")
    options = parser.parse_args()
    env_file = ROOT / ".env"
    if os.environ.get("DEMO", "1") != "0" and not env_file.exists():
        env_file.write_text(DEMO_ENVIRONMENT, encoding="utf-8")
    command = [sys.executable, str(ROOT / "manage.py"), "up", "--port", options.port]
    os.execv(sys.executable, command)


if __name__ == "__main__":
    main()
