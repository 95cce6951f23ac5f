"""No log of a request shows the token of a calendar or invitation, or whom the desk looks for."""

from __future__ import annotations

import logging

import pytest

from venue.masking import LogMask

TOKEN = "Zq3_xN-8bTtVw5rYk1LpQ0aSdFgHjKlMnBvCxZqWeRt"


@pytest.fixture
def log(caplog):
    logger = logging.getLogger("tests.masking")
    mask = LogMask()
    logger.addFilter(mask)
    with caplog.at_level(logging.INFO, logger.name):
        yield logger
    logger.removeFilter(mask)


@pytest.mark.parametrize(
    ("message", "arguments"),
    [
        pytest.param(
            '"%s" %s %s', (f"GET /calendars/my/{TOKEN}.ics HTTP/1.1", 200, "-"), id="list"
        ),
        pytest.param(
            '%(h)s "%(r)s"', ({"h": "::1", "r": f"GET /calendars/my/{TOKEN}.ics"},), id="mapping"
        ),
        pytest.param(f"Exception on /calendars/my/{TOKEN}.ics [GET]", (), id="no arguments"),
    ],
)
def test_the_token_is_masked_in_message_and_arguments(log, caplog, message, arguments):
    log.info(message, *arguments)
    assert TOKEN not in caplog.text
    assert "/calendars/my/….ics" in caplog.text


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        (f"/invitations/{TOKEN}", "/invitations/…"),
        (f"/login?next=/invitations/{TOKEN}", "next=/invitations/…"),
        (f"/login?next=%2Fcheck-in%2F12%2F{TOKEN}", "next=%2Fcheck-in%2F12%2F…"),
        (f"/login?next=%2Finvitations%2F{TOKEN} HTTP", "next=%2Finvitations%2F… HTTP"),
    ],
)
def test_the_token_of_an_invitation_is_masked(log, caplog, address, masked):
    log.info("GET %s", address)
    assert TOKEN not in caplog.text
    assert masked in caplog.text


@pytest.mark.parametrize(
    ("address", "masked"),
    [
        ("/desk/wutongli/?q=13900000001 HTTP/1.1", "/desk/wutongli/?q=… HTTP/1.1"),
        ("/teaching/sessions/3?q=13900000001 HTTP/1.1", "/teaching/sessions/3?q=… HTTP/1.1"),
        ("/desk/wutongli/people/5?channel=counter&q=13900000001", "channel=counter&q=…"),
        ("/preferences?next=/desk/wutongli/?q=13900000001&lang=en", "?q=…&lang=en"),
        ("/login?next=%2Fdesk%2Fwutongli%2F%3Fq%3D13900000001", "%3Fq%3D…"),
    ],
)
def test_whom_the_desk_looks_for_is_masked(log, caplog, address, masked):
    log.info("GET %s", address)
    assert "13900000001" not in caplog.text
    assert masked in caplog.text


def test_a_search_for_courses_is_no_secret(log, caplog):
    log.info("GET /centers/wutongli/courses?q=desk/?x")
    assert "?q=desk/?x" in caplog.text


def test_what_has_no_token_passes_untouched(log, caplog):
    log.info("%s %d%%", "GET /calendars/my/", 100)
    [record] = caplog.records
    assert record.args == ("GET /calendars/my/", 100)
    assert record.getMessage() == "GET /calendars/my/ 100%"


@pytest.mark.parametrize("database", ["sqlite"], indirect=True)
@pytest.mark.parametrize("name", ["venue", "werkzeug", "gunicorn.access", "gunicorn.error"])
def test_the_application_masks_every_log_of_requests(app, caplog, name):
    with caplog.at_level(logging.INFO, name):
        logging.getLogger(name).info('"GET %s" 200', f"/calendars/my/{TOKEN}.ics")
    assert TOKEN not in caplog.text
    assert "/calendars/my/….ics" in caplog.text
