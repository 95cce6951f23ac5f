"""Vendored files are, byte for byte, the ones that VENDORED.md names."""

import hashlib
import re
from pathlib import Path

import pytest

LISTS = ("venue/static/VENDORED.md", "tests/browser/VENDORED.md")


def listed_checksums(text: str) -> dict[str, str]:
    """Path under the list's folder -> SHA-256, from the list's `sha256` block."""
    block = re.search(r"```sha256\n(.*?)```", text, re.DOTALL)
    assert block, "VENDORED.md has no sha256 block"
    pairs = (line.split(maxsplit=1) for line in block.group(1).splitlines())
    return {path: checksum for checksum, path in pairs}


def found_checksums(folder: Path) -> dict[str, str]:
    """The same, computed from the files in `folder`/vendor."""
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((folder / "vendor").rglob("*"))
        if path.is_file()
    }


@pytest.mark.parametrize("path", LISTS)
def test_every_vendored_file_has_the_checksum_that_its_list_names(
    path: str, pytestconfig: pytest.Config
) -> None:
    vendored = pytestconfig.rootpath / path
    assert found_checksums(vendored.parent) == listed_checksums(vendored.read_text("utf-8"))


@pytest.mark.parametrize("path", LISTS)
def test_every_vendored_script_names_its_license_file(
    path: str, pytestconfig: pytest.Config
) -> None:
    vendored = pytestconfig.rootpath / path
    text = vendored.read_text("utf-8")
    for script in (vendored.parent / "vendor").glob("*.js"):
        row = next(line for line in text.splitlines() if f"`vendor/{script.name}`" in line)
        license_file = re.search(r"`(vendor/[^`]*LICENSE[^`]*)`", row)
        assert license_file, f"{script.name}: no license named"
        assert (vendored.parent / license_file.group(1)).stat().st_size > 0
