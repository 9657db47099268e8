"""How many rows a place's rooms hold: the work that two ways of filling them are compared by."""

from django.apps import apps

from tests.bench.work import tell

ROOMS = ("catalog", "membership", "fulfillment")

if __name__ == "__main__":
    models = [model for room in ROOMS for model in apps.get_app_config(room).get_models()]
    tell(rows=sum(model._base_manager.count() for model in models))
