"""The board's API keeps what its description promises, whatever it is sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.specs.openapi.checks import positive_data_acceptance

from helpers.boards import a_board
from helpers.countries import country
from helpers.worlds import line_world
from saferground.web.app import create_app

TOKEN = "a-token-of-some-length"
BEARER = {"Authorization": f"Bearer {TOKEN}"}
OF_A_SCENARIO = "{name}"
"""In the path of operations whose input must also go with a scenario, which no description can say: 422 is right."""
KNOWN = ("city", "city", "country", "")
"""Scenarios that there are; empty: whatever name was made up."""
TRIES = settings(
    max_examples=15,
    deadline=None,
    derandomize=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.explicit, Phase.generate],
)


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("board")
    line_world(folder / "city")
    country(folder / "country")
    app = create_app(a_board(folder, token=TOKEN, hosts=("*",)))
    return schemathesis.openapi.from_asgi("/api/openapi.json", app, headers=BEARER)


@pytest.mark.slow
def test_every_answer_is_as_described(described: Any) -> None:
    operations = [one.ok() for one in described.get_all_operations()]
    assert len(operations) > 10
    broken = [told for one in operations if (told := _broken(one))]
    assert broken == []


def _broken(operation: Any) -> str:
    """What the checks of schemathesis say of an operation; empty when nothing."""

    skipped = [positive_data_acceptance] if OF_A_SCENARIO in operation.label else []

    @TRIES
    @given(case=operation.as_strategy(), known=st.sampled_from(KNOWN))
    def sound(case: schemathesis.Case, known: str) -> None:
        if known and "name" in case.path_parameters:
            case.path_parameters["name"] = known
        case.call_and_validate(headers=BEARER, excluded_checks=skipped)

    try:
        sound()
    except (Exception, BaseExceptionGroup) as error:
        return f"{operation.label}: {error}"
    return ""


def test_every_operation_says_what_it_does_and_how_it_fails(tmp_path: Path) -> None:
    app: Any = create_app(a_board(tmp_path))
    described = app.app.openapi()
    assert described["info"]["title"]
    for path, operations in described["paths"].items():
        for method, one in operations.items():
            where = f"{method} {path}"
            assert one.get("description"), where
            assert one.get("tags"), where
            for status, answer in one["responses"].items():
                if status >= "400":
                    model = answer["content"]["application/json"]["schema"]["$ref"]
                    assert model.endswith("/Failure"), f"{where} {status}"
