"""A migration that is killed leaves the database as it was, and is simply run again."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

from tests.faults.site import ROOT, environment_of
from venue import create_app
from venue.db import db
from venue.doctor import UnsoundError, assert_sound

pytestmark = [pytest.mark.fault, pytest.mark.xdist_group("faults")]


@pytest.fixture
def database_url(request, database, tmp_path):
    """Give the URL of a database without any table."""
    if database == "sqlite":
        yield f"sqlite:///{tmp_path / 'new.db'}"
        return
    template = request.getfixturevalue("postgres_template")
    name = f"{template.name}_new"
    template.execute("CREATE DATABASE {}", name)
    yield template.url(name)
    template.drop(name)


def test_a_migration_killed_on_its_way_is_run_again(settings):
    def upgrade(killed_before: int) -> int:
        return subprocess.run(
            [sys.executable, "-m", "tests.faults.upgrading", str(killed_before)],
            cwd=ROOT,
            env=environment_of(settings),
            capture_output=True,
            check=False,
        ).returncode

    assert upgrade(killed_before=60) == -signal.SIGKILL
    app = create_app(settings)
    with pytest.raises(UnsoundError, match="no migration has been applied"):
        assert_sound(app)

    assert upgrade(killed_before=0) == 0
    assert_sound(app)
    with app.app_context():
        db.engine.dispose()
