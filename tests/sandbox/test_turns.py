"""Turns on the GPU: many at a time, or one alone, and who waits to be alone does not wait for newcomers."""

import threading

from autograder.sandbox.turns import Turns

SOON = 5.0


def test_many_share_and_one_alone_waits_for_all_of_them() -> None:
    turns, entered = Turns(), threading.Event()

    def alone() -> None:
        with turns.alone():
            entered.set()

    waiting = threading.Thread(target=alone)
    with turns.shared():
        with turns.shared():
            waiting.start()
            assert not entered.wait(0.05)
        assert not entered.wait(0.05)
    assert entered.wait(SOON)
    waiting.join()


def test_newcomers_come_after_the_one_that_waits_to_be_alone() -> None:
    turns, order = Turns(), list[str]()
    asked = threading.Event()

    def alone() -> None:
        asked.set()
        with turns.alone():
            order.append("alone")

    def newcomer() -> None:
        with turns.shared():
            order.append("newcomer")

    threads = [threading.Thread(target=alone), threading.Thread(target=newcomer)]
    with turns.shared():
        threads[0].start()
        assert asked.wait(SOON)
        while not turns.wanted:  # the thread is past `set` and about to wait
            pass
        threads[1].start()
        threads[1].join(0.05)
        assert order == []
    for thread in threads:
        thread.join(SOON)
    assert order == ["alone", "newcomer"]


def test_a_failure_gives_the_turn_back() -> None:
    turns = Turns()
    for turn in (turns.alone, turns.shared, turns.alone):
        try:
            with turn():
                raise RuntimeError
        except RuntimeError:
            continue
    assert not turns.wanted
