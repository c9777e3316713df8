#!/usr/bin/env python3
"""Takes screenshots from a running demo (`make demo` in another terminal).

usage: .venv/bin/python tools/screenshots.py                 those of docs/screenshots
       .venv/bin/python tools/screenshots.py FOLDER          of every page, whole, into a folder
       .venv/bin/python tools/screenshots.py FOLDER NAME …   of some pages

Each page on a desktop and a phone, light and dark; a page that answers badly, is wider than its
screen or writes errors to the console is named at the end.
"""

import json
import os
import shutil
import sys
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from screenshot_pages import AT_HOME, EVERYONE, KEPT, Page

ROOT: Final = Path(__file__).resolve().parent.parent
DEMO: Final = Path(os.environ.get("TREBLLE_FOLDER", ROOT / ".treblle")) / "demo.json"
KEPT_IN: Final = ROOT / "docs" / "screenshots"
SCREENS: Final[dict[str, dict[str, Any]]] = {
    "desktop": {"viewport": {"width": 1440, "height": 900}},
    "phone": {"viewport": {"width": 390, "height": 844}, "is_mobile": True, "has_touch": True},
}
THEMES: Final = ("light", "dark")
WIDER: Final = "document.documentElement.scrollWidth > document.documentElement.clientWidth"

if TYPE_CHECKING:
    from playwright.sync_api import Browser
    from playwright.sync_api import Page as Tab


@dataclass
class Camera:
    """One browser window on one screen in one theme."""

    tab: "Tab"
    demo: dict[str, str]
    folder: Path
    suffix: str
    whole: bool
    faults: list[str] = field(default_factory=list)

    def shoot(self, page: Page) -> None:
        name = f"{page.name}-{self.suffix}"
        said: list[str] = []
        listen = lambda message: said.append(message.text) if message.type == "error" else None  # noqa: E731
        self.tab.on("console", listen)
        answer = self.tab.goto(self.address(page.path))
        if page.follow:
            first = self.tab.locator(page.follow).first
            if not first.count():
                self.faults.append(f"{name}: nothing to follow at {page.path}")
                return
            self.tab.goto(str(first.evaluate("link => link.href")))
        self.tab.wait_for_selector(page.ready)
        if page.press or page.click:
            self.tab.wait_for_load_state("networkidle" if not page.live else "load")
        if page.press:
            self.tab.keyboard.press(page.press)
        if page.click:
            self.tab.click(page.click)
        if page.type:
            self.tab.keyboard.type(page.type)
        self.tab.wait_for_load_state("networkidle") if not page.live else None
        self.tab.screenshot(path=self.folder / f"{name}.png", full_page=self.whole)
        self.tab.remove_listener("console", listen)
        if answer and answer.status != page.status:
            self.faults.append(f"{name}: answered {answer.status}")
        if self.tab.evaluate(WIDER):
            self.faults.append(f"{name}: wider than its screen")
        self.faults += [f"{name}: {text}" for text in said if page.status == 200]

    def address(self, path: str) -> str:
        """`~` is the demo's project."""
        if path.startswith("website:"):
            return self.demo["website_url"] + path.removeprefix("website:")
        return self.demo["platform_url"] + path.replace("~", self.demo["project_uuid"])

    def log_in(self) -> None:
        self.tab.goto(self.address("/accounts/login/"))
        self.tab.fill("input[name=login]", self.demo["email"])
        self.tab.fill("input[name=password]", self.demo["password"])
        self.tab.press("input[name=password]", "Enter")
        self.tab.wait_for_url("**/projects/**")


def main() -> None:
    if not DEMO.exists():
        sys.exit(
            "No demo is running: start `make demo` in another terminal and wait for its login."
        )
    demo = json.loads(DEMO.read_text())
    folder, *names = [*sys.argv[1:]] or [str(KEPT_IN)]
    every = len(sys.argv) > 1
    Path(folder).mkdir(parents=True, exist_ok=True)
    from playwright.sync_api import sync_playwright

    program = os.environ.get("CHROMIUM") or shutil.which("chromium")
    faults = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        for screen in SCREENS:
            for theme in THEMES:
                camera = _camera(browser, demo, Path(folder), screen, theme, whole=every)
                take(camera, [*names] if every else _kept(screen, theme))
                faults += camera.faults
                print(f"{screen}, {theme}: done")
        browser.close()
    print("\n".join(faults) or "No page had faults.")


def take(camera: Camera, names: list[str] | None) -> None:
    """All pages where `names` is empty; those of visitors before the log-in."""
    for page in EVERYONE:
        if not names or page.name in names:
            camera.shoot(page)
    camera.log_in()
    for page in AT_HOME:
        if not names or page.name in names:
            camera.shoot(page)
    camera.tab.context.close()


def _kept(screen: str, theme: str) -> list[str]:
    return [name for name, *where in KEPT if tuple(where) == (screen, theme)] or ["-"]


def _camera(
    browser: "Browser", demo: dict[str, str], folder: Path, screen: str, theme: str, *, whole: bool
) -> Camera:
    context = browser.new_context(**SCREENS[screen], color_scheme=theme)  # type: ignore[arg-type]
    suffix = theme if screen == "desktop" else f"{screen}-{theme}"
    return Camera(context.new_page(), demo, folder, suffix, whole)


if __name__ == "__main__":
    main()
