"""The exported JSON Schema, checked by an independent implementation (jsonschema)."""

import json
from pathlib import Path

import jsonschema
import pytest

from autograder.results.model import Result
from autograder.results.schema import SCHEMA_FILE, result_schema
from autograder.results.store import as_text

GOLDEN = Path(__file__).parent / "golden" / "result-1.json"


@pytest.fixture(scope="module")
def validator() -> jsonschema.Draft202012Validator:
    schema = json.loads(SCHEMA_FILE.read_text("utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    return jsonschema.Draft202012Validator(schema)


def test_the_committed_schema_is_current() -> None:
    assert SCHEMA_FILE.read_text("utf-8") == as_text(result_schema()), (
        "run `python -m autograder.results.schema` and commit the file"
    )


def test_a_result_is_valid(validator: jsonschema.Draft202012Validator, golden: Result) -> None:
    validator.validate(json.loads(GOLDEN.read_text("utf-8")))
    validator.validate(golden.model_dump(by_alias=True))


@pytest.mark.parametrize(
    "spoil",
    [
        {"schema": 2},
        {"status": "fine"},
        {"score": "nan"},
        {"questions": [{"id": "9-1a"}]},
    ],
)
def test_a_spoiled_result_is_not(
    validator: jsonschema.Draft202012Validator, spoil: dict[str, object]
) -> None:
    data = json.loads(GOLDEN.read_text("utf-8")) | spoil
    assert not validator.is_valid(data)
