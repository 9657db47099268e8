"""Every text that people see is in the Chinese catalogue, and the compiled catalogue says the same."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import polib
import pytest

ROOT = Path(__file__).resolve().parents[2]
CATALOGUE = ROOT / "config" / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
ROOMS = ("config", "catalog", "membership", "marketing", "fulfillment", "service_desk", "analytics")
# Where the context and the text stand among the arguments of each function of gettext.
ARGUMENTS = {
    "gettext": (None, 0),
    "gettext_lazy": (None, 0),
    "gettext_noop": (None, 0),
    "ngettext": (None, 0),
    "ngettext_lazy": (None, 0),
    "pgettext": (0, 1),
    "pgettext_lazy": (0, 1),
    "npgettext": (0, 1),
    "npgettext_lazy": (0, 1),
}
PLACEHOLDER = re.compile(r"%\(\w+\)[#0 +-]*[\d.]*[a-zA-Z]|%[sdf%]|\{\w*\}|</?\w+[^>]*>")
QUOTED = r"""(?P<quote>["'])(?P<text>.*?)(?P=quote)"""
CONTEXT = re.compile(r"""\bcontext\s+(["'])(.*?)\1""")
TRANSLATE = re.compile(r"{%\s*trans(?:late)?\s+" + QUOTED + r"(?P<rest>.*?)%}")
BLOCK = re.compile(
    r"{%\s*blocktrans(?:late)?\b(?P<options>.*?)%}(?P<body>.*?){%\s*endblocktrans(?:late)?\s*%}", re.DOTALL
)
PLURAL = re.compile(r"{%\s*plural\s*%}")
VARIABLE = re.compile(r"{{\s*(\w+)\s*}}")

Key = tuple[str | None, str]


@pytest.fixture(scope="module")
def catalogue() -> polib.POFile:
    return polib.pofile(str(CATALOGUE))


def said(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def texts_of_python(source: str) -> Iterator[Key]:
    """Context and text of every call of a gettext function with literal arguments."""
    tree = ast.parse(source)
    names = {
        alias.asname or alias.name: alias.name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module == "django.utils.translation"
        for alias in node.names
        if alias.name in ARGUMENTS
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.id if isinstance(node.func, ast.Name) else getattr(node.func, "attr", "")
        function = names.get(name, name if isinstance(node.func, ast.Attribute) else "")
        if function in ARGUMENTS:
            yield from literal(node, at=ARGUMENTS[function])


def literal(call: ast.Call, *, at: tuple[int | None, int]) -> Iterator[Key]:
    context, text = at
    found = [argument.value if isinstance(argument, ast.Constant) else None for argument in call.args]
    if text < len(found) and isinstance(found[text], str):
        yield (str(found[context]) if context is not None else None), str(found[text])


def texts_of_template(source: str) -> Iterator[Key]:
    """Context and text of every `translate` and `blocktranslate`, as Django looks them up."""
    for tag in TRANSLATE.finditer(source):
        yield context_in(tag["rest"]), tag["text"]
    for block in BLOCK.finditer(source):
        text = PLURAL.split(block["body"])[0]
        if re.search(r"\btrimmed\b", block["options"]):
            text = " ".join(line.strip() for line in text.split("\n")).strip()
        yield context_in(block["options"]), VARIABLE.sub(r"%(\1)s", text.replace("%", "%%"))


def context_in(options: str) -> str | None:
    found = CONTEXT.search(options)
    return found[2] if found else None


def used_texts() -> dict[Key, str]:
    """Every text of the source, with one place where it stands."""
    used: dict[Key, str] = {}
    python = [path for room in ROOMS for path in sorted((ROOT / room).rglob("*.py")) if "migrations" not in path.parts]
    pages = [path for path in sorted((ROOT / "templates").rglob("*")) if path.suffix in {".html", ".txt"}]
    for paths, texts in ((python, texts_of_python), (pages, texts_of_template)):
        for path in paths:
            for key in texts(path.read_text(encoding="utf-8")):
                used.setdefault(key, str(path.relative_to(ROOT)))
    return used


def test_every_text_of_the_source_is_in_the_catalogue(catalogue):
    known = {(entry.msgctxt, entry.msgid) for entry in catalogue}
    unknown = [(place, *key) for key, place in used_texts().items() if key not in known]
    assert unknown == [], "`make messages` collects new texts; their Chinese goes into config/locale"


def test_the_walk_sees_the_texts_it_should():
    """A walk that finds nothing would let everything pass."""
    assert list(
        texts_of_python(
            "from django.utils.translation import gettext_lazy as _, ngettext, pgettext\n"
            "a = _('one' ' two'); b = ngettext('a day', '%d days', 2); c = pgettext('state', 'open'); d = _(name)"
        )
    ) == [(None, "one two"), (None, "a day"), ("state", "open")]
    assert list(
        texts_of_template(
            '{% translate "Save" %} {% translate "open" context "state" as word %}'
            "{% blocktranslate count n=rows context 'span' %}{{ n }} row{% plural %}{{ n }} rows{% endblocktranslate %}"
        )
    ) == [(None, "Save"), ("state", "open"), ("span", "%(n)s row")]
    assert len(used_texts()) > 1000


def test_every_entry_is_translated(catalogue):
    left = [entry.msgid for entry in catalogue if not all(said(entry)) or entry.fuzzy or entry.obsolete]
    assert left == []


def test_placeholders_and_tags_are_kept(catalogue):
    wrong = [
        (entry.msgid, text)
        for entry in catalogue
        for text in said(entry)
        if sorted(PLACEHOLDER.findall(text)) != sorted(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    ]
    assert wrong == []


def test_the_compiled_catalogue_says_the_same(catalogue):
    compiled = polib.mofile(str(CATALOGUE.with_suffix(".mo")))
    assert {(entry.msgctxt, entry.msgid): said(entry) for entry in compiled} == {
        (entry.msgctxt, entry.msgid): said(entry) for entry in catalogue
    }


def test_no_text_is_there_twice(catalogue):
    keys = [(entry.msgctxt, entry.msgid) for entry in catalogue]
    assert len(keys) == len(set(keys))
