"""docs/nginx.conf.example, run by Debian's nginx in front of a real gunicorn."""

from __future__ import annotations

import logging
import os
import re
import shutil
import signal
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass, replace
from html.parser import HTMLParser
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from urllib.parse import urlencode

import pytest

from tests import town as make
from tests.faults import site as gunicorn
from venue.accounts.models import LoginAttempt
from venue.config import Environment
from venue.masking import LogMask

pytestmark = [
    pytest.mark.fault,
    pytest.mark.xdist_group("faults"),
    pytest.mark.parametrize("database", ["sqlite"], indirect=True),
]

ROOT = Path(__file__).parents[2]
EXAMPLE = ROOT / "docs/nginx.conf.example"
NAME = "venue.example.cn"
TOKEN = "a-secret-of-somebody-0123456789abcdef01234"  # gitleaks:allow
KEPT_SECONDS = 10
MOST_AT_ONCE = 200
BURST = 300
AROUND = """
daemon off; master_process on; worker_processes 1; pid {folder}/nginx.pid; {user}
error_log {folder}/error.log;
events {{ worker_connections 2048; }}
http {{
    include /etc/nginx/mime.types; default_type application/octet-stream;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxy;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/venue.conf;
}}
"""


@dataclass
class Answer:
    status: int
    headers: dict[str, str]
    text: str


@dataclass
class Front:
    """nginx, and the gunicorn behind it."""

    port: int
    plain_port: int
    folder: Path
    behind: gunicorn.Site

    def connect(self, address: str = "127.0.0.1") -> HTTPSConnection:
        anybody = ssl.create_default_context()
        anybody.check_hostname, anybody.verify_mode = False, ssl.CERT_NONE
        return HTTPSConnection(
            "127.0.0.1", self.port, timeout=60, context=anybody, source_address=(address, 0)
        )

    def ask(
        self, path: str, *, form: dict[str, str] | None = None, address="127.0.0.1", **headers: str
    ) -> Answer:
        with closing(self.connect(address)) as connection:
            return ask(connection, path, form=form, **headers)

    def asked(self) -> list[str]:
        """Return the requests that came through to the application."""
        return re.findall(r'"(\w+ \S+) HTTP', (self.folder / "access.log").read_text())


def ask(connection: HTTPSConnection, path: str, *, form=None, **headers: str) -> Answer:
    given = {"Host": NAME, "Referer": f"https://{NAME}/"} | {
        name.replace("_", "-"): value for name, value in headers.items()
    }
    body = None
    if form is not None:
        body = urlencode(form)
        given["Content-Type"] = "application/x-www-form-urlencoded"
    connection.request("GET" if form is None else "POST", path, body, given)
    reply = connection.getresponse()
    return Answer(reply.status, dict(reply.headers), reply.read().decode())


@pytest.fixture
def settings(settings):
    return replace(
        settings,
        environment=Environment.PRODUCTION,
        trusted_hosts=NAME,
        site_domain=NAME,
        trusted_proxies=1,
    )


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as one:
        return one.getsockname()[1]


def example(folder: Path, behind: int, port: int, plain_port: int) -> str:
    """Return the example with ports and paths of this test, and nothing else changed."""
    text = EXAMPLE.read_text()
    for theirs, ours in {
        "server 127.0.0.1:8000": f"server 127.0.0.1:{behind}",
        "listen 443": f"listen 127.0.0.1:{port}",
        "listen 80": f"listen 127.0.0.1:{plain_port}",
        "/var/cache/nginx/venue": f"{folder}/cache",
        "/var/log/nginx/venue.log": f"{folder}/venue.log",
        "/etc/ssl/certs/venue.pem": f"{folder}/venue.pem",
        "/etc/ssl/private/venue.key": f"{folder}/venue.key",
        "/srv/venue/venue/static/": f"{ROOT}/venue/static/",
    }.items():
        assert theirs in text
        text = text.replace(theirs, ours)
    return text


@pytest.fixture
def front(settings, town, db_session, tmp_path, monkeypatch) -> Iterator[Front]:
    """Start both; skip without nginx, which fails with CI=true."""
    nginx = shutil.which("nginx", path=f"{os.environ['PATH']}:/usr/sbin")
    if nginx is None:
        pytest.skip("no nginx: install Debian's `nginx-light`")
    db_session.rollback()
    monkeypatch.setenv("GUNICORN_CMD_ARGS", f"--access-logfile={tmp_path}/access.log --timeout=300")
    with gunicorn.serving(settings, tmp_path) as behind:
        found = Front(free_port(), free_port(), tmp_path, behind)
        subprocess.run(
            [
                *(
                    "openssl",
                    "req",
                    "-x509",
                    "-newkey",
                    "ec",
                    "-pkeyopt",
                    "ec_paramgen_curve:P-256",
                ),
                *("-nodes", "-days", "2", "-subj", f"/CN={NAME}"),
                *("-keyout", tmp_path / "venue.key", "-out", tmp_path / "venue.pem"),
            ],
            check=True,
            capture_output=True,
        )
        (tmp_path / "venue.conf").write_text(
            example(tmp_path, behind.port, found.port, found.plain_port)
        )
        user = "user root;" if os.getuid() == 0 else ""
        (tmp_path / "nginx.conf").write_text(AROUND.format(folder=tmp_path, user=user))
        log = tmp_path / "error.log"
        command = [nginx, "-p", tmp_path, "-e", log, "-c", tmp_path / "nginx.conf"]
        server = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        try:
            await_port(found.port, server, log)
            # The first request waits in the socket until gunicorn is there.
            with closing(HTTPConnection("127.0.0.1", behind.port, timeout=120)) as first:
                first.request("GET", "/login", headers={"Host": NAME})
                first.getresponse().read()
            yield found
        finally:
            server.terminate()
            server.wait(10)


def await_port(port: int, server: subprocess.Popen[bytes], log: Path) -> None:
    until = time.monotonic() + 20
    while time.monotonic() < until:
        assert server.poll() is None, log.read_text()
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    pytest.fail("nginx did not answer")


class Keys(HTMLParser):
    """Reads the hidden fields of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.found: dict[str, str] = {}
        self.feed(text)

    def handle_starttag(self, tag, attrs) -> None:
        field = dict(attrs)
        if tag == "input" and field.get("type") == "hidden":
            self.found[field["name"]] = field["value"]


def signed_in(front: Front, phone: str, **options: str) -> str:
    """Return the cookie of somebody who has signed in."""
    page = front.ask("/login", **options)
    cookie = page.headers["Set-Cookie"].split(";")[0]
    typed = {**Keys(page.text).found, "phone": phone, "password": make.PASSWORD}
    answer = front.ask("/login", form=typed, Cookie=cookie, **options)
    assert answer.status in {302, 303}, answer.text[:500]
    return answer.headers["Set-Cookie"].split(";")[0]


def masked(path: str) -> str:
    record = logging.LogRecord("venue", logging.INFO, "", 0, path, None, None)
    LogMask().filter(record)
    return record.getMessage()


def calm(answer: Answer) -> None:
    assert answer.status == 503
    assert answer.headers["Retry-After"] == "6"
    assert "谁的报名和候补名次都不受影响" in answer.text


def test_strangers_share_a_page_and_nobody_else_does(front: Front, town) -> None:
    path = f"/courses/{town.painting.id}"
    began = time.monotonic()
    first = front.ask(path)
    assert first.status == 200
    for _ in range(30):
        assert front.ask(path).text == first.text
    # Once for each time for which the cache may keep it.
    assert front.asked().count(f"GET {path}") <= 1 + (time.monotonic() - began) // KEPT_SECONDS
    assert front.ask(path, Accept_Language="en").text != first.text
    assert front.ask(path, Cookie="text_size=extra").text != first.text
    fragment = front.ask(f"{path}?pool=1", HX_Request="true", HX_Request_Type="partial")
    assert "<html" not in fragment.text
    assert "<html" in front.ask(f"{path}?pool=1").text

    lin, zhou = signed_in(front, "13900000001"), signed_in(front, "13900000003")
    pages = [front.ask(path, Cookie=cookie) for cookie in (lin, zhou, lin)]
    for page, name in zip(pages, ("林晓", "周文", "林晓"), strict=True):
        assert name in page.text
        assert page.headers["Cache-Control"] == "no-store"
    assert "周文" not in pages[0].text + pages[2].text
    assert front.ask(path).text == first.text

    lin = pages[0].headers["Set-Cookie"].split(";")[0]  # with the secret of its forms
    keys = Keys(pages[0].text).found
    sent = {**keys, "person_id": str(town.lin_xiao.id)}
    pool = re.search(r"/pools/\d+/enrollments", pages[0].text)
    assert pool is not None
    for _ in range(2):
        assert front.ask(pool[0], form=sent, Cookie=lin).status == 303
        assert front.ask(pool[0], form=sent).status in (302, 400, 401, 422)
    assert front.asked().count(f"POST {pool[0]}") == 4
    time.sleep(KEPT_SECONDS + 0.5)
    assert front.ask(path).text != first.text


def test_the_address_of_a_visitor_counts_and_tokens_stay_out_of_the_log(
    front: Front, db_session
) -> None:
    page = front.ask("/login", address="127.0.0.7")
    cookie = page.headers["Set-Cookie"].split(";")[0]
    typed = {**Keys(page.text).found, "phone": "13900000001", "password": "wrong-one"}
    forged = {"X_Forwarded_For": "10.9.8.7", "Cookie": cookie}
    assert front.ask("/login", form=typed, address="127.0.0.7", **forged).status == 409
    counted = {one.subject for one in db_session.query(LoginAttempt)}
    assert any("127.0.0.7" in one for one in counted)
    assert not any("10.9.8.7" in one for one in counted)

    paths = (
        f"/calendars/my/{TOKEN}.ics",
        f"/invitations/{TOKEN}",
        f"/login?next=%2Finvitations%2F{TOKEN}",
        f"/check-in/7/{TOKEN}",
        f"/desk/wutongli/?q={TOKEN}",
        f"/teaching/sessions/7?q={TOKEN}",
    )
    for path in paths:
        front.ask(path)
        assert TOKEN not in masked(path)  # the program's own log says as little
    log = (front.folder / "venue.log").read_text()
    assert log.count("***") == len(paths)
    assert TOKEN not in log
    for path in (
        "/static/js/venue.js",
        "/static/service-worker.js",
        "/static/manifest.webmanifest",
    ):
        assert front.ask(path).status == 200
    assert not [one for one in front.asked() if "/static/" in one]
    with socket.create_connection(("127.0.0.1", front.plain_port)) as plain:
        plain.sendall(f"GET /my/ HTTP/1.1\r\nHost: {NAME}\r\nConnection: close\r\n\r\n".encode())
        assert f"Location: https://{NAME}/my/" in plain.makefile().read()


def test_too_much_is_answered_with_a_calm_page(front: Front) -> None:
    with closing(front.connect("127.0.0.8")) as connection:
        wild = [ask(connection, "/centers/wutongli/") for _ in range(BURST + 200)]
    refused = [one for one in wild if one.status != 200]
    assert BURST <= len(wild) - len(refused) < len(wild)
    for one in refused:
        calm(one)
    assert refused[0].headers["Refresh"] == "6"
    assert front.ask("/centers/wutongli/", address="127.0.0.9").status == 200

    waiting = [front.connect(f"127.0.1.{number % 4 + 1}") for number in range(MOST_AT_ONCE)]
    for connection in waiting:
        connection.connect()
    assert front.ask("/centers/wutongli/", address="127.0.0.9").status == 200
    workers = front.behind.workers()
    for worker in workers:
        os.kill(worker, signal.SIGSTOP)
    try:
        for number, connection in enumerate(waiting):
            connection.request("GET", f"/centers/?{number}", headers={"Host": NAME})
        time.sleep(0.5)
        began = time.monotonic()
        one_more = front.ask("/centers/?one-more", address="127.0.0.9")
        calm(one_more)
        form = front.ask("/login", form={"phone": "1"}, address="127.0.0.9")
        calm(form)
        assert "Refresh" not in form.headers
        assert time.monotonic() - began < 5
        kept = front.ask("/centers/wutongli/", address="127.0.0.9")
        assert kept.status == 200
    finally:
        for worker in workers:
            os.kill(worker, signal.SIGCONT)
    # On a slow machine some of them have waited for too long by then.
    assert 200 in {connection.getresponse().status for connection in waiting}
    for connection in waiting:
        connection.close()
