"""The house: who may know whom."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from django.apps import apps

ROOT = Path(__file__).resolve().parents[2]
ORDER = ["kernel", "catalog", "membership", "marketing", "fulfillment", "service_desk", "analytics", "config"]
ROOMS = ORDER[1:-1]
# Inside a room imports go leftwards only.
LAYERS = ["models", "rules", "queries", "services", "tasks", "faces"]
LAYER_OF = {
    "models": "models",
    "queries": "queries",
    "services": "services",
    "finding": "queries",
    "rfm_reads": "queries",
    "run_notes": "queries",
    "desk_reads": "queries",
    "queue_order": "queries",
    "queue_reads": "queries",
    "boards": "queries",
    "ranges": "rules",
    "importing": "services",
    "notices": "tasks",
    "tasks": "tasks",
    "jobs": "tasks",
    "management": "faces",
    "forms": "faces",
    "report_forms": "faces",
    "resources": "faces",
    "sheets": "faces",
    "restock_pages": "faces",
    "order_pages": "faces",
    "desk_pages": "faces",
    "templatetags": "faces",
    "serializers": "faces",
    "views": "faces",
    "api": "faces",
    "api_urls": "faces",
    "urls": "faces",
    "admin": "faces",
}
# Handlers of files are services with their own folder; what a room is asked to prove stands beside its queries.
FREE = {"apps", "migrations", "books", "reading", "metric_texts", "scopes", "calendar", "__init__"}
PURE = [
    "config/kernel/money.py",
    "config/kernel/store_time.py",
    "catalog/kits.py",
    "membership/rfm.py",
    "fulfillment/event_factors.py",
    "fulfillment/stock_rules.py",
    "fulfillment/take_back.py",
    "fulfillment/entries.py",
    "fulfillment/orders.py",
    "analytics/measures.py",
    "analytics/metric_tree.py",
    "analytics/anomalies.py",
    "analytics/periods.py",
    "service_desk/media_types.py",
    "service_desk/search_terms.py",
    "service_desk/macros.py",
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "fulfillment/forecasting").glob("*.py")),
    *sorted(str(path.relative_to(ROOT)) for path in (ROOT / "fulfillment/replenishment").glob("*.py")),
]


def imported_modules(path: Path) -> set[str]:
    """Names of everything that a module imports, at whatever place in it."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{alias.name}" for alias in node.names)}
    return found


def layer_of(module: str) -> str | None:
    """The layer of a module of a room; None where the rule does not look."""
    parts = module.split(".")
    if len(parts) < 2 or parts[1] in FREE:
        return None
    return LAYER_OF.get(parts[1], "rules")


def python_files(folder: str) -> list[Path]:
    return [path for path in sorted((ROOT / folder).rglob("*.py")) if "migrations" not in path.parts]


@pytest.mark.parametrize("label", ORDER)
def test_foreign_keys_point_only_downwards(label):
    upward = [
        f"{model._meta.label}.{field.name} -> {field.related_model._meta.label}"
        for model in apps.get_app_config(label).get_models(include_auto_created=True)
        for field in model._meta.get_fields()
        if field.is_relation
        and not field.auto_created
        and field.related_model
        and field.related_model._meta.app_label in ORDER
        and ORDER.index(field.related_model._meta.app_label) > ORDER.index(label)
    ]
    assert upward == []


@pytest.mark.parametrize("room", ROOMS)
def test_imports_inside_a_room_go_leftwards(room):
    wrong = []
    for path in python_files(room):
        module = ".".join(path.relative_to(ROOT).with_suffix("").parts)
        own = layer_of(module)
        if own is None:
            continue
        for other in imported_modules(path):
            theirs = layer_of(other) if other.split(".")[0] == room else None
            if theirs and LAYERS.index(theirs) > LAYERS.index(own):
                wrong.append(f"{module} ({own}) imports {other} ({theirs})")
    assert sorted(set(wrong)) == []


@pytest.mark.parametrize("name", PURE)
def test_pure_modules_know_no_django_no_clock_and_no_chance(name):
    forbidden = ("django", "config.kernel.models", "time", "random")
    found = {
        module
        for module in imported_modules(ROOT / name)
        if any(module == word or module.startswith(f"{word}.") for word in forbidden)
        and not module.startswith("django.utils.translation")
        and not module.startswith("django.utils.functional")
    }
    assert found - {"django.utils"} == set()


def test_the_import_contracts_hold():
    linter = Path(sys.executable).with_name("lint-imports")
    outcome = subprocess.run([linter, "--no-cache"], cwd=ROOT, capture_output=True, text=True, check=False)
    assert outcome.returncode == 0, outcome.stdout[-3000:]


def test_the_test_of_layers_sees_a_wrong_import():
    assert layer_of("fulfillment.models.orders") == "models"
    assert layer_of("fulfillment.services.stock.arrivals") == "services"
    assert layer_of("fulfillment.forecasting.panel") == "rules"
    assert layer_of("fulfillment.api") == "faces"
    assert LAYERS.index("faces") > LAYERS.index("models")
