"""The page of figures: a run replaces its own section and nothing else."""

from tests.bench.__main__ import main
from tests.bench.figures import Bench, Figure, at_least, at_most
from tests.bench.page import section, with_section

ORDER = ["lists", "tickets"]


def _section(name: str, value: float) -> str:
    bench = Bench(name, name.title(), "About it.", lambda _ground: iter(()))
    return section(bench, [Figure("first page", value, "ms", at_most(250))], conditions="then and there")


def test_a_run_of_one_bench_keeps_the_figures_of_the_others() -> None:
    page = with_section("", name="tickets", text=_section("tickets", 90), order=ORDER)
    page = with_section(page, name="lists", text=_section("lists", 120), order=ORDER)
    page = with_section(page, name="lists", text=_section("lists", 130), order=ORDER)
    assert page.count("# Benchmarks\n") == 1
    assert "| 90 ms |" in page
    assert "| 130 ms |" in page
    assert "120" not in page
    assert page.index("## Lists") < page.index("## Tickets")


def test_the_same_figures_give_the_same_page() -> None:
    once = with_section("", name="lists", text=_section("lists", 120), order=ORDER)
    assert with_section(once, name="lists", text=_section("lists", 120), order=ORDER) == once


def test_a_target_is_hit_or_missed() -> None:
    assert "at most 250 ms: hit" in Figure("page", 250, "ms", at_most(250)).row
    assert "at most 250 ms: **missed**" in Figure("page", 250.1, "ms", at_most(250)).row
    assert "at least 2 x: **missed**" in Figure("import", 1.99, "x", at_least(2)).row


def test_an_unknown_bench_is_refused_before_anything_runs() -> None:
    assert main(["nonsense"]) == 2
