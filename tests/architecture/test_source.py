"""What every file keeps to."""

import ast
import re
from pathlib import Path

import pytest
from django.core.management import call_command

ROOT = Path(__file__).resolve().parents[2]
FOLDERS = ("config", "catalog", "membership", "marketing", "fulfillment", "service_desk", "analytics", "tests")
LONGEST_FILE, LONGEST_FUNCTION = 400, 40
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
STUBS = re.compile(r"\b(TO" r"DO|FIX" r"ME|XX" r"X)\b|raise NotImplemented" r"Error")


def sources() -> list[Path]:
    return [
        path for folder in FOLDERS for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts
    ]


def test_no_file_is_longer_than_400_lines():
    long = {
        str(path.relative_to(ROOT)): lines
        for path in sources()
        if (lines := len(path.read_text().splitlines())) > LONGEST_FILE
    }
    assert long == {}


def test_no_function_is_longer_than_40_lines():
    long = []
    for path in sources():
        if "tests" in path.relative_to(ROOT).parts:
            continue
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                length = (node.end_lineno or node.lineno) - node.lineno + 1
                if length > LONGEST_FUNCTION:
                    long.append(f"{path.relative_to(ROOT)}:{node.lineno} {node.name}: {length}")
    assert long == []


def test_nothing_is_left_for_later():
    left = [
        f"{path.relative_to(ROOT)}:{number}"
        for path in sources()
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if STUBS.search(line)
    ]
    assert left == []


def test_every_module_says_what_it_is_for():
    silent = [
        str(path.relative_to(ROOT))
        for path in sources()
        if path.read_text().strip() and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert silent == []


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_pages_hold_no_inline_script_and_no_outside_address(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*(src=|application/json))", text)
    assert not re.search(r"\son[a-z]+=", text)
    assert not re.search(r"https?://(?!www\.w3\.org)", text)


def test_every_variable_of_the_environment_is_documented():
    code = "".join((ROOT / name).read_text() for name in ("config/settings.py", "config/environment.py"))
    read = set(re.findall(r"""env(?:\.\w+)?\(\s*["']([A-Z_]+)["']""", code)) | set(
        re.findall(r"""secret\(["']([A-Z_]+)["']\)""", code)
    )
    documented = set(re.findall(r"^(?:# )?([A-Z_]+)=(?!/path)", (ROOT / ".env.example").read_text(), re.MULTILINE))
    assert read - documented == set()
    assert documented - read == set()
    table = set(re.findall(r"^\| `([A-Z_]+)` \|", (ROOT / "docs/operations.md").read_text(), re.MULTILINE))
    # Where the file itself lies, and where run-time files go, stand in the example as paths.
    assert table - {"VAR_DIR", "ENV_FILE"} == documented - {"VAR_DIR", "ENV_FILE"}


@pytest.mark.django_db
def test_no_migration_is_missing():
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
