"""People at a browser: who they are, how they sign in, and what the browser complains about meanwhile."""

from django.contrib.auth.models import Group

from config.kernel.models import RoleScope, User
from config.roles import install_roles

PASSWORD = "a-long-password-1"
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


def make_person(role, *, language, stores=()):
    """Somebody with one role, named after it; `stores` narrows the role to these."""
    install_roles()
    person = User.objects.create_user(role, password=PASSWORD, is_staff=True, language=language)
    group = Group.objects.get(name=role)
    person.groups.add(group)
    for store in stores:
        RoleScope.objects.create(user=person, group=group, kind="store", code=store.code)
    return person


def open_page(browser, *, width=1440):
    """An empty page of a browser of its own; `page.complaints` gathers errors of the console and of scripts."""
    page = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce").new_page()
    page.complaints = []
    page.on(
        "console",
        lambda said: page.complaints.append(f"{said.text} {said.location['url']}") if said.type == "error" else None,
    )
    page.on("pageerror", lambda error: page.complaints.append(str(error)))
    return page


def give_password(page, person):
    """The first step of the sign-in, wherever it leads."""
    page.fill("input[name=username]", person.username)
    page.fill("input[name=password]", PASSWORD)
    page.click("button[type=submit]")


def sign_in(page, person, *, at):
    """From the sign-in page to the start page of the server `at`, in the person's language."""
    page.goto(f"{at}/admin/login/")
    give_password(page, person)
    page.wait_for_url(f"{at}/")
    page.wait_for_selector(f"html[lang={person.language}]")
