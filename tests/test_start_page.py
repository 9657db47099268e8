"""The start page: counters, checklist, shift book, notices, and the command palette."""

import re
from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse
from django.utils import translation

from config.checklists import DAILY, install_checklists
from config.kernel.models import ChecklistItem, ChecklistTick, Notice, RoleScope, ShiftNote, User
from config.palette import find
from config.roles import install_roles
from tests.fulfillment.factories import line_of, make_order, make_sku, make_store

pytestmark = pytest.mark.django_db


@pytest.fixture
def roles():
    install_roles()


def person(name, *codes):
    user = User.objects.create_user(name, password="x", is_staff=True, language="en")
    user.groups.set(Group.objects.filter(name__in=codes))
    return user


def test_every_role_that_works_daily_has_a_checklist_and_what_staff_changed_stays(roles):
    count = install_checklists()
    item = ChecklistItem.objects.first()
    ChecklistItem.objects.filter(pk=item.pk).update(is_active=False, text_en="Changed")
    assert install_checklists() == count == len(DAILY)
    item.refresh_from_db()
    assert (item.is_active, item.text_en) == (False, "Changed")


def test_an_item_is_ticked_once_a_day_for_the_role_and_can_be_unticked(client, roles):
    install_checklists()
    planner = person("planner", "supply_planner")
    client.force_login(planner)
    item = ChecklistItem.objects.filter(role="supply_planner").first()
    for _click in range(2):
        client.post(reverse("checklist-tick", args=[item.pk]), {"done": "1"})
    assert ChecklistTick.objects.get().user == planner
    assert 'aria-pressed="true"' in client.get("/").content.decode()
    client.post(reverse("checklist-tick", args=[item.pk]), {"done": "0"})
    assert not ChecklistTick.objects.exists()


def test_an_item_of_another_role_is_not_found(client, roles):
    install_checklists()
    client.force_login(person("planner", "supply_planner"))
    other = ChecklistItem.objects.filter(role="director").first()
    assert client.post(reverse("checklist-tick", args=[other.pk]), {"done": "1"}).status_code == 404
    assert not ChecklistTick.objects.exists()


def test_a_note_reaches_its_role_until_somebody_has_dealt_with_it(client, roles):
    author, reader = person("a", "service_agent"), person("b", "service_lead")
    client.force_login(author)
    client.post(reverse("shift-note"), {"text": "TK1 waits for the courier", "role": "service_lead"})
    note = ShiftNote.objects.get()
    assert "TK1 waits" not in client.get("/").content.decode()
    client.force_login(reader)
    assert "TK1 waits" in client.get("/").content.decode()
    client.post(reverse("shift-note-done", args=[note.pk]))
    note.refresh_from_db()
    assert note.done_by == reader
    assert "TK1 waits" not in client.get("/").content.decode()


def test_a_note_of_another_role_cannot_be_settled(client, roles):
    note = ShiftNote.objects.create(author=person("a", "service_lead"), text="t", role="service_lead")
    client.force_login(person("b", "analyst"))
    client.post(reverse("shift-note-done", args=[note.pk]))
    note.refresh_from_db()
    assert note.done_at is None


def test_a_note_that_is_too_long_is_refused_and_kept_in_the_form(client, roles):
    client.force_login(person("a", "analyst"))
    shown = client.post(reverse("shift-note"), {"text": "x" * 2001})
    assert shown.context["note_form"].errors.keys() == {"text"}
    assert "x" * 2001 in shown.content.decode()
    assert not ShiftNote.objects.exists()


def test_a_notice_is_read_by_its_own_reader_only_and_leads_no_further_than_the_house(client, roles):
    mine, other = person("a", "analyst"), person("b", "analyst")
    notice = Notice.objects.create(user=other, key="k", title="t", link="https://example.org/")
    client.force_login(mine)
    assert client.post(reverse("notice", args=[notice.pk])).status_code == 404
    client.force_login(other)
    assert client.post(reverse("notice", args=[notice.pk])).url == "/"
    notice.refresh_from_db()
    assert notice.read_at is not None


@pytest.mark.parametrize("role", ["operations_manager", "auditor", "service_lead"])
def test_the_start_page_asks_the_database_few_times(client, roles, role, django_assert_max_num_queries):
    install_checklists()
    client.force_login(person("a", role))
    client.get("/")
    with django_assert_max_num_queries(15):
        assert client.get("/").status_code == 200


def test_the_palette_finds_pages_and_goods_within_reach(roles):
    manager, agent = person("a", "operations_manager"), person("b", "compliance_officer")
    sku = make_sku("ZG-77")
    translation.activate("en")
    assert sku.code in " ".join(hit.title for hit in find(manager, "zg-77"))
    assert [hit.link for hit in find(manager, "Boards")] == ["/boards/"]
    assert "/boards/" not in [hit.link for hit in find(agent, "Boards")]
    assert find(manager, "z") == []


def test_the_palette_finds_no_orders_of_another_store(roles):
    near, far = make_store("near"), make_store("far")
    manager = person("a", "operations_manager")
    RoleScope.objects.create(user=manager, group=manager.groups.get(), kind="store", code=near.code)
    for store in (near, far):
        make_order(store, line_of(make_sku()), number=f"E-{store.code}")
    assert [hit.title for hit in find(manager, "E-near") if "E-near" in hit.title]
    assert find(manager, "E-far") == []


def test_today_is_written_on_the_page(client, roles):
    client.force_login(person("a", "analyst"))
    assert str(date.today().year) in client.get("/").content.decode()


@pytest.mark.parametrize(
    ("role", "part"), [("operations_manager", "counters"), ("director", "news"), ("analyst", "news")]
)
def test_what_others_have_to_do_is_told_as_news(client, role, part):
    install_roles()
    sku, store = make_sku("A"), make_store("cn")
    make_order(store, line_of(sku, 1), paid="10.00")
    client.force_login(person(role, role))
    page = client.get("/").content.decode()
    sections = dict(re.findall(r'<section aria-labelledby="(\w+)">(.*?)</section>', page, re.DOTALL))
    assert [name for name in ("counters", "news") if "Orders to ship" in sections.get(name, "")] == [part]
