from __future__ import annotations

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import make_url

from sleutelkast.factory import Portal, make_app
from sleutelkast.settings import Settings
from tests.integration.usecases.conftest import anna, bram, mac, stage, stranger
from tests.integration.usecases.stage import Stage

__all__ = ["anna", "bram", "mac", "stage", "stranger"]


@pytest.fixture
def settings(settings: Settings, database: str) -> Settings:
    """Who waits for a lock for ever has found a defect: PostgreSQL says so after a while."""
    if database == "sqlite" or settings.database_url is None:
        return settings
    url = make_url(settings.database_url).update_query_dict({"options": "-c lock_timeout=10s"})
    return replace(settings, database_url=url.render_as_string(hide_password=False))


@pytest.fixture
def app(portal: Portal, stage: Stage) -> Flask:
    """The portal's own application, on the stage."""
    portal.world = stage.world
    made = make_app(portal)
    assert isinstance(made, Flask)
    return made
