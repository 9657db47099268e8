"""Pictures of every page that the navigation of any role leads to, and checks on each: `make shots`.

Starts the demo store and an empty one, signs in as every role, and opens each page and the first row and the form behind
it: 1440 and 390 pixels wide, light and dark, in Chinese and English. A page fails that answers anything but 200, is wider
than the screen, complains in the console, has a serious finding of axe-core, shows a value as the program keeps it, or
words of the other language where the software itself speaks. Pictures go to `var/shots/`, to be looked at.
"""

import argparse
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import Any
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import urlopen

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
SHOTS = ROOT / "var" / "shots"
CHROMIUM = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LANGUAGES = ("zh-hans", "en")
THEMES = ("light", "dark")
WIDTHS = (1440, 390)
QUICK_WAYS = (("zh-hans", "light", 1440), ("en", "dark", 390))
READY_SECONDS = 300
# Words that are the same in both languages.
SAME_WORDS = re.compile(
    r"\b(SKUs?|SPUs?|RFM|GMV|UV|PV|CTR|CPC|CVR|ROI|CAC|KPI|MOQ|ABC|XYZ|WAPE|RMSE|SES|TSB|SBA|API|ID|URL|CSV|XLSX|JSON|HTML|"
    r"PNG|MB|GB|IP|SLA|FAQ|NPS|OKR|UTC|Celery|Cron|Crontab|Beat|Redis|Ctrl|Shift|Enter|Esc|Tab|VIP|KOL|Zhanggui|English|"
    r"Asia|Shanghai|CNY|USD|EUR|GBP|JPY|HKD|PO|SO|TK|UTF|GB18030|Unfold|Django|OTP|TOTP|QR|WeCom|Tmall|JD|Douyin)\b"
)
# Values as the program keeps them, where a person should read words: a moment with its offset, an object, a mapping.
RAW_VALUES = re.compile(r"\d{2}:\d{2}:\d{2}(?:\.\d+)?\+\d{2}:\d{2}|<\w[\w.]* object|\{'\w+':")
STAFF = """
from django.contrib.auth.models import Group
from config.kernel.models import User
from config.roles import ROLES, install_roles
install_roles()
for role in ROLES:
    user, made = User.objects.get_or_create(username=role.code, defaults={"is_staff": True})
    user.set_password("zhanggui-demo")
    user.save()
    user.groups.set([Group.objects.get(name=role.code)])
"""
TEXTS = """
(spoken) => [...document.querySelectorAll(spoken)]
  .filter(e => !e.closest('td, code, pre, textarea, svg, [data-content], [lang]:not(html), .zg-message, .material-symbols-outlined'))
  .filter(e => e.getClientRects().length)
  .flatMap(e => [...e.childNodes].filter(n => n.nodeType === 3).map(n => n.textContent.trim()))
  .filter(Boolean)
"""
SPOKEN = "h1, h2, h3, h4, th, label, button, legend, summary, nav a, nav h3, dt, figcaption, caption, .zg-help, .zg-empty, .zg-lead, p"
LABELS = "th, label, button, legend, summary, nav a, h2, dt, .zg-help, .zg-empty"


@dataclass
class Shop:
    """A running shop: where it listens, and what its processes know."""

    name: str
    address: str
    environment: dict[str, str]

    def manage(self, *words: str) -> None:
        """Run a management command beside it."""
        command = [sys.executable, "manage.py", *words]
        subprocess.run(command, cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    def speak(self, language: str) -> None:
        """Let all staff read this language."""
        self.manage("shell", "-c", f"from config.kernel.models import User; User.objects.update(language='{language}')")


@dataclass
class Findings:
    """What was seen: pages opened, and what is wrong with them."""

    opened: int = 0
    complaints: list[str] = field(default_factory=list)

    def add(self, where: str, what: str) -> None:
        """Keep and print a complaint."""
        line = f"{where}: {what}"
        if line not in self.complaints:
            self.complaints.append(line)
            print(line, flush=True)  # noqa: T201


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running_shop(name: str, folder: Path, *, demo: bool) -> Iterator[Shop]:
    """Start `manage.py up` in a folder of its own and stop it afterwards."""
    port = free_port()
    environment = os.environ | {
        "VAR_DIR": str(folder / name),
        "ENV_FILE": os.devnull,
        "DEBUG": "1",
        "DEMO": "1" if demo else "0",
    }
    shop = Shop(name, f"http://127.0.0.1:{port}", environment)
    with (folder / f"{name}.log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603
            [sys.executable, "manage.py", "up", "--port", str(port)], cwd=ROOT, env=environment, stdout=log, stderr=log
        )
        try:
            wait_until_ready(shop, process, log=folder / f"{name}.log")
            shop.manage("shell", "-c", STAFF)
            yield shop
        finally:
            process.send_signal(signal.SIGINT)
            try:
                process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def wait_until_ready(shop: Shop, process: "subprocess.Popen[bytes]", *, log: Path) -> None:
    """Until the shop answers; raises RuntimeError when it never does."""
    deadline = time.monotonic() + READY_SECONDS
    while time.monotonic() < deadline and process.poll() is None:
        try:
            with urlopen(f"{shop.address}/healthz", timeout=2):
                return
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"the {shop.name} shop never served:\n{log.read_text(errors='replace')[-3000:]}")


def roles() -> list[str]:
    """The codes of all roles, read without setting Django up here."""
    text = (ROOT / "config" / "roles.py").read_text(encoding="utf-8")
    return re.findall(r'Role\(\s*"(\w+)"', text)


def sign_in(context: BrowserContext, shop: Shop, role: str) -> Page:
    """A page of a signed-in person."""
    page = context.new_page()
    page.goto(f"{shop.address}/admin/login/")
    page.fill("input[name=username]", role)
    page.fill("input[name=password]", "zhanggui-demo")
    page.click("button[type=submit]")
    page.wait_for_url(f"{shop.address}/")
    return page


def paths_of(page: Page, shop: Shop, selector: str) -> list[str]:
    """The addresses that a part of the page links to, without what signs out or downloads."""
    found = page.eval_on_selector_all(selector, "links => links.map(link => link.href)")
    paths = [urlsplit(link) for link in found if link.startswith(shop.address)]
    kept = [part.path for part in paths if not re.search(r"logout|export|download|\.csv|\.xlsx|/media/", part.path)]
    return list(dict.fromkeys(kept))


def behind(page: Page, shop: Shop) -> list[str]:
    """The first row and the form that a list leads to."""
    main = "#main" if page.query_selector("#main") else "body"
    rows = paths_of(page, shop, f"{main} tbody tr:first-child :is(th, td) a[href]")
    forms = [path for path in paths_of(page, shop, f"{main} a[href]") if path.endswith("/add/")]
    # Overviews lead to their pages by cards: all of them are different.
    cards = paths_of(page, shop, ".zg-board-card")
    return rows[:1] + forms[:1] + cards


def navigation_of(browser: Browser, shop: Shop, chosen: list[str]) -> dict[str, str]:
    """Each page's address and the first role whose navigation leads to it, with what lies behind the lists."""
    pages: dict[str, str] = {}
    for role in chosen:
        context = browser.new_context(viewport={"width": 1440, "height": 900})
        page = sign_in(context, shop, role)
        mine = [path for path in ["/", *paths_of(page, shop, "nav a[href], #nav-sidebar a[href]")] if path not in pages]
        for path in mine:
            pages.setdefault(path, role)
            page.goto(shop.address + path)
            for further in behind(page, shop):
                pages.setdefault(further, role)
        context.close()
    return pages


def look(page: Page, shop: Shop, path: str, *, way: tuple[str, str, int], axe: str, found: Findings) -> None:
    """Open one page one way, take its picture and check it."""
    language, theme, width = way
    where = f"{shop.name} {path} [{language} {theme} {width}]"
    response = page.goto(shop.address + path, wait_until="load")
    found.opened += 1
    if response is None or response.status != 200:
        found.add(where, f"answered {response.status if response else 'nothing'}")
        return
    page.wait_for_timeout(150)
    folder = SHOTS / shop.name / f"{language}-{theme}-{width}"
    folder.mkdir(parents=True, exist_ok=True)
    page.screenshot(
        path=folder / f"{re.sub(r'[^a-z0-9]+', '-', path.lower()).strip('-') or 'start'}.png", full_page=True
    )
    wider = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    if wider > 1:
        found.add(where, f"is {wider} pixels wider than the screen")
    for value in RAW_VALUES.findall(page.inner_text("body")):
        found.add(f"{shop.name} {path} [{language}]", f"shows a value as the program keeps it: {value!r}")
    for text in foreign_words(page, language):
        found.add(f"{shop.name} {path} [{language}]", f"speaks the other language: {text[:80]!r}")
    if language == "en":
        for finding in serious_findings(page, axe):
            found.add(where, finding)


def foreign_words(page: Page, language: str) -> list[str]:
    """What the software itself says in the other language."""
    if language == "en":
        return [text for text in page.evaluate(TEXTS, LABELS) if re.search(r"[\u4e00-\u9fff]", text)]
    texts = [SAME_WORDS.sub("", text) for text in page.evaluate(TEXTS, SPOKEN)]
    return [text for text in texts if re.search(r"\b[A-Za-z]{3,} [a-z]{2,}|^[A-Z][a-z]{3,}$", text)]


def serious_findings(page: Page, axe: str) -> list[str]:
    """What axe-core calls serious or critical, each with the first place."""
    # By evaluate: the page's content security policy lets no inline script in.
    page.evaluate(axe)
    violations: list[dict[str, Any]] = page.evaluate("axe.run().then(result => result.violations)")
    return [
        f"axe {one['id']} ({one['impact']}, {len(one['nodes'])}x): {one['nodes'][0]['html'][:160]}"
        for one in violations
        if one["impact"] in {"serious", "critical"}
    ]


def axe_source() -> str:
    """The script of axe-core that its package carries."""
    spec = find_spec("axe_playwright_python")
    assert spec is not None
    assert spec.origin is not None
    return next(Path(spec.origin).parent.rglob("axe.min.js")).read_text(encoding="utf-8")


def walk(browser: Browser, shop: Shop, *, chosen: list[str], only: str, quick: bool, found: Findings) -> None:
    """Open every page of a shop in every way."""
    axe = axe_source()
    by_role: dict[str, list[str]] = {}
    for path, role in navigation_of(browser, shop, chosen).items():
        if only in path:
            by_role.setdefault(role, []).append(path)
    ways = [(language, theme, width) for language in LANGUAGES for theme in THEMES for width in WIDTHS]
    spoken = ""
    for way in QUICK_WAYS if quick else ways:
        if way[0] != spoken:
            spoken = way[0]
            shop.speak(spoken)
        for role, paths in by_role.items():
            walk_as(browser, shop, role=role, paths=paths, way=way, axe=axe, found=found)


def walk_as(
    browser: Browser, shop: Shop, *, role: str, paths: list[str], way: tuple[str, str, int], axe: str, found: Findings
) -> None:
    """Open the pages as one role in one way, and keep what the console says meanwhile."""
    _language, theme, width = way
    context = browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce")
    context.add_init_script(f"localStorage.setItem('adminTheme', '\"{theme}\"')")
    page = sign_in(context, shop, role)
    where = f"{shop.name} as {role} {way}"
    page.on("pageerror", lambda error: found.add(where, f"script error: {error}"))
    page.on("console", lambda said: note_console(said, page=page, where=where, found=found))
    for path in paths:
        look(page, shop, path, way=way, axe=axe, found=found)
    context.close()


def note_console(said: ConsoleMessage, *, page: Page, where: str, found: Findings) -> None:
    """Keep an error of the console, a blocked script or style among them."""
    if said.type == "error":
        found.add(f"{where} {urlsplit(page.url).path}", f"console: {said.text[:200]}")


def main() -> int:
    """Take the pictures; 1 when something is wrong with a page."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--only", default="", help="pages whose address holds this")
    parser.add_argument("--roles", default="", help="role codes with commas between; all by default")
    parser.add_argument("--shops", default="demo,empty")
    parser.add_argument("--places", help="a folder that keeps the shops for the next time")
    parser.add_argument("--quick", action="store_true", help="two of the eight ways only")
    options = parser.parse_args()
    program = shutil.which("chromium")
    if program is None:
        print("Chromium was not found; on Debian: apt-get install chromium", file=sys.stderr)  # noqa: T201
        return 1
    chosen = options.roles.split(",") if options.roles else roles()
    found = Findings()
    with tempfile.TemporaryDirectory(prefix="zhanggui-shots-") as passing, sync_playwright() as runner:
        folder = Path(options.places or passing)
        folder.mkdir(parents=True, exist_ok=True)
        browser = runner.chromium.launch(executable_path=program, args=CHROMIUM)
        for name in options.shops.split(","):
            with running_shop(name, folder, demo=name == "demo") as shop:
                walk(browser, shop, chosen=chosen, only=options.only, quick=options.quick, found=found)
        browser.close()
    print(f"pages={found.opened} complaints={len(found.complaints)} pictures={SHOTS.relative_to(ROOT)}")  # noqa: T201
    return 1 if found.complaints else 0


if __name__ == "__main__":
    sys.exit(main())
