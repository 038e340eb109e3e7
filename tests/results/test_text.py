"""Texts of other people's making: what is told at a glance holds for every text in it."""

import json

from hypothesis import example, given
from hypothesis import strategies as st

from autograder.results.text import cleaned, is_clean_json

TEXTS = (
    st.text(st.sampled_from('aσ²−\n\t"\\\u0301\u0489\u202e\u200b\x1b[1m\x7f\u2028\ue000\ud800')) | st.text()
)
CONTENT = st.recursive(TEXTS | st.integers() | st.none(), lambda c: st.lists(c) | st.dictionaries(TEXTS, c))


@given(CONTENT)
@example("e\u0301\u0301\u0301\u0301\u0301\u0301")
@example({"\x1b[31m": "red"})
@example(["\u202e"])
def test_json_that_is_clean_at_a_glance_is_what_cleaning_leaves(content: object) -> None:
    if is_clean_json(json.dumps(content, ensure_ascii=False)):
        assert cleaned(content) == content


def test_what_we_write_ourselves_is_clean_at_a_glance() -> None:
    line = '{"message": "KL(N(μ,σ²) ‖ N(μ,σ²)) = 0: ½(μ₁ − μ₂)² ≤ 1e⁻³"}'
    assert is_clean_json(line)
