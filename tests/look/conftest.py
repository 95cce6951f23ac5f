"""An application for what needs no database: templates, error pages, headers."""

from pathlib import Path

import pytest
from flask import Flask

from tests.databases import settings_for
from venue import create_app


@pytest.fixture
def bare_app(tmp_path: Path) -> Flask:
    """The application on a database in which not one table exists."""
    return create_app(settings_for(f"sqlite:///{tmp_path}/empty.db", tmp_path))
