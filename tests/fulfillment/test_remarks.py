"""Remarks are codes in the row and sentences for people."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from django.urls import reverse
from django.utils.translation import override

from fulfillment.models import RestockSuggestion
from fulfillment.remarks import REMARKS, remark_sentences
from fulfillment.replenishment.lots import FLAGS
from fulfillment.services import restock_part
from tests.fulfillment.factories import NOON, make_restock_run, make_sku, make_suggestion, make_supplier, make_warehouse


def codes_of_the_check() -> list[str]:
    """Every code that a check can write beside those of the arithmetic."""
    terms = SimpleNamespace(unit_cost=None, supplier_id=None)
    case = SimpleNamespace(terms=terms, unknown_days=timedelta(days=1).days)
    result = SimpleNamespace(flags=(), policy_conflict=True, expedite=True)
    return restock_part._flags(cast("Any", SimpleNamespace(is_assumed=True)), cast("Any", case), cast("Any", result))


def test_every_code_has_a_sentence_and_every_sentence_a_code():
    assert set(REMARKS) == {*FLAGS, *codes_of_the_check()}


@pytest.mark.parametrize("code", list(REMARKS))
def test_a_sentence_reads_as_one_in_english(code):
    with override("en"):
        sentence = str(REMARKS[code])
    assert sentence.endswith(".")
    assert code not in sentence


def test_a_code_of_an_earlier_version_is_shown_as_it_is():
    with override("en"):
        assert remark_sentences(["no_cost", "long_gone"]) == ["The cost is not known.", "long_gone"]


@pytest.mark.django_db(databases="__all__")
def test_people_read_sentences_in_the_list_on_the_page_and_when_they_confirm(admin_client):
    run = make_restock_run()
    found = make_suggestion(run, make_sku(), make_warehouse(), make_supplier())
    RestockSuggestion.objects.update(flags=["no_cost", "expedite"])
    pages = [
        admin_client.get(reverse("admin:fulfillment_restocksuggestion_changelist")),
        admin_client.get(reverse("admin:fulfillment_restocksuggestion_change", args=[found.pk])),
        admin_client.post(
            reverse("admin:fulfillment_restocksuggestion_changelist"),
            {"action": "approve_selected", "_selected_action": [found.pk]},
        ),
    ]
    with override("zh-hans"):
        sentences = remark_sentences(["no_cost", "expedite"])
    for page in pages:
        for sentence in sentences:
            assert sentence in page.content.decode()
        assert "no_cost" not in page.content.decode()
    assert NOON.date() == run.business_date
