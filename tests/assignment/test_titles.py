"""A fact's title, the first line of its docstring, stands in messages and on pages: it is a whole sentence of one line."""

import inspect

import pytest

from autograder.course import Course
from tests.commands.course import ROOT

FACTS = Course.find(ROOT).sheet.facts
LONGEST = 130  # characters: two lines of the feedback page


@pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact.id)
def test_the_title_is_whole_and_of_one_line(fact):
    said = (inspect.getdoc(fact.run) or fact.title).partition("\n\n")[0]
    assert fact.title == said
    assert 10 <= len(said) <= LONGEST


def test_no_two_facts_of_a_function_have_one_title():
    assert len({(fact.about.name, fact.title) for fact in FACTS}) == len(FACTS)
