"""The category tree: paths that stay right when a node moves."""

import pytest

from catalog.models import Category
from catalog.services import save_category
from config.kernel.errors import InvalidInput

pytestmark = pytest.mark.django_db


def node(code, parent=None):
    return save_category(Category(code=code, name=code, parent=parent))


def paths():
    return dict(Category.objects.values_list("code", "path"))


def test_a_path_is_made_of_the_codes_from_the_root():
    nuts = node("nuts", node("food"))
    node("almonds", nuts)
    assert paths() == {"food": "food/", "nuts": "food/nuts/", "almonds": "food/nuts/almonds/"}


def test_a_node_that_moves_takes_its_subtree_along_and_no_neighbour():
    food, snacks = node("food"), node("snacks")
    nuts = node("nuts", food)
    node("almonds", nuts)
    node("nuts-and-more", food)
    nuts.parent = snacks
    save_category(nuts)
    assert paths() == {
        "food": "food/",
        "snacks": "snacks/",
        "nuts": "snacks/nuts/",
        "almonds": "snacks/nuts/almonds/",
        "nuts-and-more": "food/nuts-and-more/",
    }


def test_a_new_code_changes_the_paths_below():
    food = node("food")
    node("nuts", food)
    food.code = "groceries"
    save_category(food)
    assert paths() == {"groceries": "groceries/", "nuts": "groceries/nuts/"}


@pytest.mark.parametrize("above", ["food", "nuts", "almonds"])
def test_a_node_below_itself_is_refused(above):
    food = node("food")
    nuts = node("nuts", food)
    node("almonds", nuts)
    before = paths()
    food.parent = Category.objects.get(code=above)
    with pytest.raises(InvalidInput):
        save_category(food)
    assert paths() == before


def test_a_parent_read_before_it_moved_is_looked_at_anew():
    one, other = node("one"), node("other")
    stale = Category.objects.get(code="one")
    one.parent = other
    save_category(one)
    # The form that makes "one" the parent was read before "one" went below "other".
    other.parent = stale
    with pytest.raises(InvalidInput) as refused:
        save_category(other)
    assert list(refused.value.fields) == ["parent"]
    assert paths() == {"other": "other/", "one": "other/one/"}


def test_a_child_of_a_parent_read_before_it_moved_gets_the_new_path():
    food, snacks = node("food"), node("snacks")
    stale = Category.objects.get(code="food")
    food.parent = snacks
    save_category(food)
    node("nuts", stale)
    assert paths()["nuts"] == "snacks/food/nuts/"
