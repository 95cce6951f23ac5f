"""Installing and being offline: the files that a phone keeps are there, and may be used."""

import json
import re
from pathlib import Path

from flask import Flask

STATIC = Path(__file__).parents[2] / "venue/static"


def test_the_service_worker_may_answer_for_every_page(bare_app: Flask) -> None:
    browser = bare_app.test_client()
    with browser.get("/static/service-worker.js") as worker:
        assert worker.headers["Service-Worker-Allowed"] == "/"
    with browser.get("/static/js/venue.js") as script:
        assert "Service-Worker-Allowed" not in script.headers


def test_what_is_kept_for_the_time_without_network_exists() -> None:
    source = (STATIC / "service-worker.js").read_text("utf-8")
    listed = re.search(r"FILES = \[(.*?)\]", source, re.DOTALL)
    assert listed
    kept = set(re.findall(r'"([^"]+)"', listed.group(1)))
    assert {name for name in kept if not (STATIC / name).is_file()} == set()
    page = (STATIC / "offline.html").read_text("utf-8")
    assert set(re.findall(r'(?:href|src)="/static/([^"]+)"', page)) <= kept


def test_the_manifest_names_icons_that_exist() -> None:
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text("utf-8"))
    icons = [icon["src"] for icon in manifest["icons"]]
    assert icons
    assert [icon for icon in icons if not (STATIC / icon).is_file()] == []
