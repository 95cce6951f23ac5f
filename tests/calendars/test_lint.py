"""The linter finds each fault that it promises to find, and nothing in a clean calendar."""

import pytest

from tests.calendars.lint import problems

CLEAN = (
    "BEGIN:VCALENDAR\r\n"
    "VERSION:2.0\r\n"
    "BEGIN:VTIMEZONE\r\n"
    "TZID:Asia/Shanghai\r\n"
    "END:VTIMEZONE\r\n"
    "BEGIN:VEVENT\r\n"
    "UID:session-1@venue.test\r\n"
    "DTSTAMP:20261122T030000Z\r\n"
    "DTSTART;TZID=Asia/Shanghai:20261122T183000\r\n"
    "SUMMARY:手机摄影\\, 剪辑\r\n"
    "CATEGORIES:课程,夜校\r\n"
    "END:VEVENT\r\n"
    "END:VCALENDAR\r\n"
).encode()


def test_a_clean_calendar_has_no_problem():
    assert problems(CLEAN) == []


@pytest.mark.parametrize(
    ("old", "new", "found"),
    [
        pytest.param(b"2.0\r\n", b"2.0\n", "CRLF", id="bare line feed"),
        pytest.param(
            b"END:VCALENDAR\r\n", b"END:VCALENDAR", "does not end in CRLF", id="no last line end"
        ),
        pytest.param(b"UID:", b"UID:" + b"9" * 76, "octets", id="long line"),
        pytest.param(
            "手机".encode(),
            "手".encode()[:2] + b"\r\n " + "手机".encode()[2:],
            "splits a character",
            id="split character",
        ),
        pytest.param(b"\\, ", b", ", "unescaped", id="bare comma"),
        pytest.param(b"\\, ", b"; ", "unescaped", id="bare semicolon"),
        pytest.param(b"\\, ", b"\\x ", "unescaped", id="unknown escape"),
        pytest.param("课程,".encode(), "课程;".encode(), "unescaped", id="semicolon in a list"),
        pytest.param(b"\\, ", b"\x07", "control character", id="control character"),
        pytest.param(
            b"DTSTART;TZID=Asia/Shanghai:",
            b"DTSTART;VALUE=DATE:",
            "VALUE=DATE",
            id="date with a time",
        ),
        pytest.param(
            b"BEGIN:VCALENDAR",
            b"\xef\xbb\xbfBEGIN:VCALENDAR",
            "byte order mark",
            id="byte order mark",
        ),
        pytest.param(b"UID:", b"X-UID:", "without UID", id="no UID"),
        pytest.param(b"DTSTAMP:", b"X-DTSTAMP:", "without DTSTAMP", id="no DTSTAMP"),
        pytest.param(b"DTSTART;", b"X-DTSTART;", "without DTSTART", id="no DTSTART"),
        pytest.param(
            b"END:VEVENT\r\n",
            b"END:VEVENT\r\n" + CLEAN[CLEAN.index(b"BEGIN:VEV") : -15],
            "2 times",
            id="duplicate UID",
        ),
        pytest.param(
            b"TZID:Asia/Shanghai", b"TZID:Asia/Harbin", "without defining", id="undefined time zone"
        ),
        pytest.param(
            b"END:VEVENT", b"END:VTODO", "ends VTODO inside VEVENT", id="crossed components"
        ),
        pytest.param(b"END:VCALENDAR\r\n", b"", "never ends VCALENDAR", id="unfinished component"),
        pytest.param(
            b"END:VCALENDAR\r\n", b"END:VCALENDAR\r\nUID:1\r\n", "outside", id="line outside"
        ),
    ],
)
def test_it_names_the_fault(old, new, found):
    assert old in CLEAN
    assert any(found in problem for problem in problems(CLEAN.replace(old, new, 1)))
