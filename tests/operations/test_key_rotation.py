"""Key rotation as docs/operations.md tells it, with real processes: new key in front, rotate, old key dropped."""

import signal

import pytest

from tests.operations.conftest import KEYS, manage, new_key, tell, with_settings

pytestmark = [pytest.mark.process, pytest.mark.slow]
OLD, NEW = KEYS["ENCRYPTION_KEYS"], new_key("new")
# Dies by kill -9 in the middle of a batch, after some batches were committed.
KILLED_ROTATION = """
import os, signal
import django
django.setup()
from config.kernel import key_rotation
key_rotation.CHUNK = 4
read, seen = key_rotation.decrypt, []
def decrypt(stored):
    seen.append(stored)
    if len(seen) == 11:
        os.kill(os.getpid(), signal.SIGKILL)
    return read(stored)
key_rotation.decrypt = decrypt
key_rotation.rotate_keys()
"""


def figures(line: str) -> dict[str, int]:
    return {name: int(value) for name, value in (word.split("=") for word in line.splitlines()[-1].split())}


def test_after_the_rotation_the_old_key_can_go_and_everybody_is_still_found(make_place, shop_place):
    with make_place(like=shop_place) as place:
        before = tell(place)
        both = with_settings(place, ENCRYPTION_KEYS=f"{NEW},{OLD}")
        older = figures(manage(both, "rotate_keys", "--dry-run"))["older"]
        assert older > 0
        assert figures(manage(both, "rotate_keys"))["rotated"] == older
        after = tell(with_settings(place, ENCRYPTION_KEYS=NEW))
    for told in ("personal", "found", "counts"):
        assert after[told] == before[told]
    assert after["personal"]["membership.Customer.phone"][0].startswith("+86138")
    assert len(after["found"][1]) == 1


def test_control_with_the_old_key_gone_too_early_nothing_can_be_read(make_place, shop_place):
    with make_place(like=shop_place) as place:
        done = with_settings(place, ENCRYPTION_KEYS=NEW).run("-m", "tests.in_django", "tests.operations.shop", "tell")
        assert "No key with id 'old'" in done.stderr


def test_a_rotation_killed_in_the_middle_is_readable_and_run_again_ends(make_place, shop_place, tmp_path):
    with make_place(like=shop_place) as place:
        before = tell(place)
        both = with_settings(place, ENCRYPTION_KEYS=f"{NEW},{OLD}")
        all_of_them = figures(manage(both, "rotate_keys", "--dry-run"))["older"]
        assert both.run("-c", KILLED_ROTATION).returncode == -signal.SIGKILL
        left = figures(manage(both, "rotate_keys", "--dry-run"))["older"]
        # The kill really hit the middle.
        assert 0 < left < all_of_them
        assert tell(both)["personal"] == before["personal"]
        assert figures(manage(both, "rotate_keys"))["rotated"] == left
        after = tell(with_settings(place, ENCRYPTION_KEYS=NEW))
    assert (after["personal"], after["found"]) == (before["personal"], before["found"])


def test_a_backup_from_before_the_rotation_needs_the_old_key(make_place, shop_place, tmp_path):
    manage(shop_place, "backup", tmp_path / "before")
    with make_place(is_empty=True) as place:
        done = with_settings(place, ENCRYPTION_KEYS=NEW).run("manage.py", "restore", tmp_path / "before")
        assert "ENCRYPTION_KEYS lacks the keys of this backup: old" in done.stderr
        manage(with_settings(place, ENCRYPTION_KEYS=f"{NEW},{OLD}"), "restore", tmp_path / "before")
