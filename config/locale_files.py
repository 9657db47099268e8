"""Collects every text to translate into `config/locale` and compiles the catalogue: `make messages` (needs gettext).

The catalogue holds the project's own texts, and what installed packages do not say in Chinese themselves. Translations
already made are kept by context and text; texts that have left the source are dropped. A second run changes nothing.
"""

import contextlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterable
from importlib.util import find_spec
from pathlib import Path

import django
import polib
from django.conf import settings
from django.core.management import call_command
from django.test import override_settings

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_Hans"
CATALOGUE = ROOT / "config" / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"
METADATA = {
    "Project-Id-Version": "zhanggui",
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=1; plural=0;",
}
NOT_SHOWN = [".venv", "var", "tests", "docs", "*/migrations/*", "*/locale/*"]
# Installed packages whose pages staff see and that say little or nothing in Chinese themselves.
PACKAGES = ("unfold", "axes", "django_otp", "django_filters", "constance", "django_celery_beat", "simple_history")
# Parts of them that staff never see; and "locale", or makemessages would write into the package.
UNSEEN = shutil.ignore_patterns("locale", "static", "management", "migrations", "tests", "studio")
# What Django says in Chinese as a programmer would, and a store team would not.
SAID_OTHERWISE = {"Filters"}

Key = tuple[str | None, str]


def key(entry: polib.POEntry) -> Key:
    """Context and text: what gettext finds a translation by."""
    return entry.msgctxt, entry.msgid


def texts_in(folder: Path) -> list[polib.POEntry]:
    """Every text marked for translation in the Python files and templates of `folder`, found by `makemessages`."""
    with tempfile.TemporaryDirectory() as collected:
        with contextlib.chdir(folder), override_settings(LOCALE_PATHS=[collected]):
            call_command(
                "makemessages",
                locale=[LANGUAGE],
                extensions=["html", "txt", "py"],
                ignore_patterns=NOT_SHOWN,
                no_location=True,
                no_wrap=True,
                keep_pot=True,
                verbosity=0,
            )
        return list(polib.pofile(str(Path(collected) / "django.pot")))


def translated_elsewhere() -> set[Key]:
    """What Django and the installed packages say in Chinese themselves."""
    framework = package_folder("django")
    catalogues = [framework / "conf" / "locale", *framework.glob("contrib/*/locale")]
    catalogues += [package_folder(app.split(".")[0]) / "locale" for app in settings.INSTALLED_APPS]
    return {
        key(entry)
        for folder in catalogues
        if folder != CATALOGUE.parents[2] and (path := folder / LANGUAGE / "LC_MESSAGES" / "django.po").exists()
        for entry in polib.pofile(str(path))
        if entry.translated()
    }


def package_folder(name: str) -> Path:
    """Where a package is installed."""
    spec = find_spec(name)
    if spec is None or not spec.submodule_search_locations:
        message = f"{name} is not an installed package"
        raise LookupError(message)
    return Path(spec.submodule_search_locations[0])


def package_texts() -> list[polib.POEntry]:
    """The texts of packages that neither they nor Django say in Chinese; each names its package."""
    known = translated_elsewhere()
    found = []
    for package in PACKAGES:
        with tempfile.TemporaryDirectory() as copy:
            texts = texts_in(shutil.copytree(package_folder(package), Path(copy) / package, ignore=UNSEEN))
        for entry in texts:
            if key(entry) not in known or entry.msgid in SAID_OTHERWISE:
                entry.comment = package
                found.append(entry)
    return found


def merged(found: Iterable[polib.POEntry], *, old: Iterable[polib.POEntry]) -> list[polib.POEntry]:
    """The texts found, each once and in the order of the alphabet, with the translations of `old`."""
    translations = {key(entry): entry for entry in old}
    entries: dict[Key, polib.POEntry] = {}
    for entry in found:
        entries.setdefault(key(entry), entry)
    for where, entry in entries.items():
        done = translations.get(where)
        entry.msgstr, entry.msgstr_plural = "", {}
        if entry.msgid_plural:
            entry.msgstr_plural = {0: (done.msgstr_plural.get(0) or done.msgstr) if done else ""}
        elif done:
            entry.msgstr = done.msgstr or done.msgstr_plural.get(0, "")
        entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
        entry.occurrences = []
    return sorted(entries.values(), key=lambda entry: (entry.msgid.casefold(), entry.msgid, entry.msgctxt or ""))


def write(entries: Iterable[polib.POEntry], *, to: Path) -> polib.POFile:
    """The catalogue as text and compiled, without dates, so that equal texts give equal files."""
    catalogue = polib.POFile(wrapwidth=0)
    catalogue.metadata = dict(METADATA)
    catalogue.extend(entries)
    to.parent.mkdir(parents=True, exist_ok=True)
    catalogue.save(str(to))
    catalogue.save_as_mofile(str(to.with_suffix(".mo")))
    return catalogue


def collect() -> polib.POFile:
    """Bring the catalogue up to what the source says today."""
    old = polib.pofile(str(CATALOGUE)) if CATALOGUE.exists() else []
    return write(merged([*texts_in(ROOT), *package_texts()], old=old), to=CATALOGUE)


if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    catalogue = collect()
    missing = [entry.msgid for entry in catalogue.untranslated_entries()]
    sys.stdout.write(f"messages={len(catalogue)} untranslated={len(missing)}\n")
    sys.stdout.writelines(f"  {text!r}\n" for text in missing)
