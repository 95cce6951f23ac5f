"""Tables for those who count in a spreadsheet: CSV that opens well anywhere, and XLSX."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from io import BytesIO, StringIO
from urllib.parse import quote

import xlsxwriter
from flask import Response

Cell = str | int | float | None
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet takes for the beginning of a formula when it reads a CSV file."""


def csv_answer(filename: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Response:
    """Answer with a CSV file, see `csv_body`."""
    return download(csv_body(head, rows), "text/csv; charset=utf-8", f"{filename}.csv")


def csv_body(head: Sequence[str], rows: Iterable[Sequence[Cell]]) -> bytes:
    """Return a CSV file: UTF-8 with a mark by which a spreadsheet knows it, CRLF.

    A text that looks like a formula gets an apostrophe before it: people type names.
    """
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(head)
    writer.writerows([_tame(cell) for cell in row] for row in rows)
    return b"\xef\xbb\xbf" + text.getvalue().encode()


def xlsx_answer(
    filename: str, sheet: str, head: Sequence[str], rows: Iterable[Sequence[Cell]]
) -> Response:
    """Answer with a workbook of one sheet, its first row fixed; every text stays a text."""
    body = BytesIO()
    book = xlsxwriter.Workbook(
        body, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    page = book.add_worksheet(sheet[:31])
    page.write_row(0, 0, head, book.add_format({"bold": True}))
    page.freeze_panes(1, 0)
    for number, row in enumerate(rows, start=1):
        page.write_row(number, 0, row)
    page.autofit()
    book.close()
    return download(body.getvalue(), XLSX, f"{filename}.xlsx")


def _tame(cell: Cell) -> Cell:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell


def download(body: bytes, kind: str, filename: str) -> Response:
    """Answer with a file to keep, under a name in any language."""
    response = Response(body, content_type=kind)
    ending = filename.rpartition(".")[2]
    response.headers["Content-Disposition"] = (
        f"attachment; filename=venue.{ending}; filename*=UTF-8''{quote(filename, safe='')}"
    )
    return response
