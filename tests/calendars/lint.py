"""Finds faults in an iCalendar body that the common parsers forgive and some phones do not."""

import re
from collections import Counter
from collections.abc import Iterator

TEXT_PROPERTIES = frozenset(
    ("SUMMARY", "LOCATION", "DESCRIPTION", "COMMENT", "NAME", "X-WR-CALNAME", "X-WR-CALDESC")
)
LISTS_OF_TEXT = frozenset(("CATEGORIES",))
LONGEST_LINE = 75

_ESCAPED = re.compile(r"\\[\\;,nN]")
_DATE = re.compile(r"\d{8}")
_CONTROL = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")


def problems(body: bytes) -> list[str]:
    """Return one sentence per fault of the body, in no promised order; none for a clean one."""
    return [*_of_bytes(body), *_of_lines(_unfolded(body)), *_of_components(_unfolded(body))]


def _of_bytes(body: bytes) -> Iterator[str]:
    if body.startswith(b"\xef\xbb\xbf"):
        yield "begins with a byte order mark"
    if re.search(rb"(?<!\r)\n|\r(?!\n)", body):
        yield "has a line that does not end in CRLF"
    if not body.endswith(b"\r\n"):
        yield "does not end in CRLF"
    for line in re.split(rb"\r?\n", body):
        if len(line) > LONGEST_LINE:
            yield f"has a line of {len(line)} octets: {line[:30]!r}"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"splits a character at a fold: {line[-12:]!r}"


def _unfolded(body: bytes) -> list[str]:
    text = re.sub(rb"\r?\n[ \t]", b"", body.removeprefix(b"\xef\xbb\xbf"))
    return [line for line in re.split("\r?\n", text.decode(errors="replace")) if line]


def _of_lines(lines: list[str]) -> Iterator[str]:
    for line in lines:
        name, parameters, value = _parts(line)
        if _CONTROL.search(line):
            yield f"{name} has a control character"
        if name in TEXT_PROPERTIES | LISTS_OF_TEXT:
            rest = _ESCAPED.sub("", value)
            forbidden = ";\\" if name in LISTS_OF_TEXT else ",;\\"
            if any(letter in rest for letter in forbidden):
                yield f"{name} has an unescaped comma, semicolon or backslash: {value}"
        is_date = "VALUE=DATE" in parameters
        if is_date and not _DATE.fullmatch(value):
            yield f"{name} says VALUE=DATE and has a time: {value}"


def _parts(line: str) -> tuple[str, list[str], str]:
    found = re.match(r'([A-Za-z0-9-]+)((?:;[^":;]+=(?:"[^"]*"|[^":;]*))*):(.*)', line, re.DOTALL)
    if found is None:
        return line, [], ""
    return found[1].upper(), found[2].upper().split(";")[1:], found[3]


def _of_components(lines: list[str]) -> Iterator[str]:
    uids: Counter[str] = Counter()
    defined: set[str] = set()
    used: set[str] = set()
    open_components: list[tuple[str, set[str]]] = []
    for line in lines:
        name, parameters, value = _parts(line)
        if name == "BEGIN":
            open_components.append((value, set()))
            continue
        if not open_components:
            yield f"has a line outside of every component: {line}"
            continue
        component, seen = open_components[-1]
        if name == "END":
            open_components.pop()
            if value != component:
                yield f"ends {value} inside {component}"
            required = {"UID", "DTSTAMP", "DTSTART"} if component == "VEVENT" else set()
            yield from (f"has a {component} without {missing}" for missing in required - seen)
            continue
        seen.add(name)
        if component == "VEVENT" and name == "UID":
            uids[value] += 1
        if component == "VTIMEZONE" and name == "TZID":
            defined.add(value.upper())
        used |= {part.removeprefix("TZID=") for part in parameters if part.startswith("TZID=")}
    yield from (f"never ends {component}" for component, _ in open_components)
    yield from (f"has the UID {uid} {count} times" for uid, count in uids.items() if count > 1)
    yield from (f"uses the time zone {zone} without defining it" for zone in used - defined)
