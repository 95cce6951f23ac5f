"""Running JavaScript in node, which Venue itself needs nowhere."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


def run_node(script: str, *arguments: str, given: object = None) -> str:
    """Run a module with these arguments and JSON to read; skip without node, fail with CI=true."""
    if shutil.which("node") is None:
        pytest.skip("no node: install Debian's `nodejs`")
    done = subprocess.run(
        ["node", str(ROOT / script), *arguments],
        input=json.dumps(given),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
