"""Fill a demo store of a size, walk every page that links lead to, and print how often each asks the database.

    python -m tests.in_django tests.architecture.page_queries ORDERS

One example of each address: the navigation, the lists and forms of the admin, and what their rows lead to. Each is asked
for three times, and the smaller count of the last two is kept: the first answer of a process warms its caches, and once a
minute one answer also notes that the session is alive.
"""

import json
import re
import sys

from django.db import connections
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import Resolver404, resolve, reverse
from django.utils import timezone

from config.demo.seeding import seed_demo
from config.kernel.models import User

LINK = re.compile(r'href="(/[^"#]*)"')
# What signs out, downloads, starts something by a link, or is a file.
LEFT_OUT = re.compile(
    r"logout|export|download|blank|example|/static/|/media/|picture|jsi18n|\.csv|\.xlsx|/api/|history"
)


def named(link):
    """The name of a link's address; None for what is left out."""
    path = link.split("?")[0]
    try:
        return None if LEFT_OUT.search(link) else resolve(path).view_name
    except Resolver404:
        return None


def asked(client, link):
    """(status, text, queries) of a page, answered three times."""
    client.get(link)
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connections["default"]) as queries:
            answer = client.get(link)
        counts.append(len(queries))
    is_page = answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html")
    return answer.status_code, answer.content.decode() if is_page else "", min(counts)


def walk(client):
    """Name of each address -> (queries, the example)."""
    waiting, seen, found = ["/", reverse("admin:index")], set(), {}
    while waiting:
        link = waiting.pop(0)
        name = named(link)
        if name is None or name in seen:
            continue
        seen.add(name)
        status, text, queries = asked(client, link)
        if status == 200:
            found[name] = queries, link
        waiting += [one.replace("&amp;", "&") for one in LINK.findall(text)]
    return found


def main():
    seed_demo(seed=20, now=timezone.now(), say=lambda _text: None, orders=int(sys.argv[1]))
    client = Client(HTTP_HOST="localhost")
    client.force_login(User.objects.create_superuser("walker", language="en"))
    sys.stdout.write(json.dumps(walk(client)) + "\n")


if __name__ == "__main__":
    main()
