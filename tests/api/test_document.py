"""The OpenAPI document says what is true of every address."""

import re
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

pytestmark = pytest.mark.urls("tests.api.urls")


@pytest.fixture
def document(db: None) -> dict[str, Any]:
    """The document as programs fetch it: it needs no login and tells nothing of anybody."""
    answer = Client().get("/api/v1/openapi.json")
    assert answer.status_code == 200
    return dict(answer.json())


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every method of every path."""
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield path, method, operation


def references(part: Any) -> Iterator[str]:
    """Every $ref below."""
    if isinstance(part, dict):
        yield from ([part["$ref"]] if "$ref" in part else [])
        for value in part.values():
            yield from references(value)
    elif isinstance(part, list):
        for value in part:
            yield from references(value)


def test_it_names_everything_the_house_promises(document: dict[str, Any]) -> None:
    assert document["openapi"].startswith("3.1") and document["info"]["version"] == "1"
    ids = [operation["operationId"] for _path, _method, operation in operations(document)]
    assert len(ids) == len(set(ids)) == 32
    assert {path.split("/")[3] for path in document["paths"]} == {
        "needs", "resources", "matches", "projects", "tasks", "follow-ups", "areas", "rates"
    }  # fmt: skip


def test_every_reference_leads_somewhere(document: dict[str, Any]) -> None:
    schemas = document["components"]["schemas"]
    found = set(references(document))
    assert found and all(ref.removeprefix("#/components/schemas/") in schemas for ref in found)
    assert all(re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in schemas)


def test_every_operation_says_what_it_takes_and_gives(document: dict[str, Any]) -> None:
    schemes = set(document["components"]["securitySchemes"])
    for path, method, operation in operations(document):
        where = f"{method} {path}"
        given = (
            {(one["in"], one["name"]): one for one in operation["parameters"]}
            if "parameters" in operation
            else {}
        )
        assert {name for place, name in given if place == "path"} == set(re.findall(r"{(\w+)}", path)), where
        assert len(given) == len(operation.get("parameters", [])), where
        codes = set(operation["responses"])
        assert codes & {"200", "201"} and {"401", "404", "422"} <= codes, where
        assert all("application/json" in answer["content"] for answer in operation["responses"].values()), (
            where
        )
        assert operation["summary"] and operation["description"] and operation["tags"], where
        assert {name for one in operation["security"] for name in one} == schemes, where
        key = given.get(("header", "Idempotency-Key"))
        assert (method == "post") == bool(key and key["required"]), where
        assert method == "get" or {"400", "409"} <= codes, where
