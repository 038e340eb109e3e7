"""The JSON Schema of result.json: `python -m autograder.results.schema` writes autograder/schemas/result-1.json."""

from pathlib import Path
from typing import Any

from autograder.results.model import Result
from autograder.results.store import SCHEMA, as_text, write_whole

SCHEMA_FILE = Path(__file__).parents[1] / "schemas" / f"result-{SCHEMA}.json"


def result_schema() -> dict[str, Any]:
    """JSON Schema (draft 2020-12) of what `write_result` writes."""
    schema = Result.model_json_schema(by_alias=True, mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def main() -> None:
    write_whole(SCHEMA_FILE, as_text(result_schema()))
    print(SCHEMA_FILE)


if __name__ == "__main__":
    main()
