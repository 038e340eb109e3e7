"""Which gate holds where, and what the result says it rests on."""

from dataclasses import replace

import pytest

from autograder.assignment.training.gan_settings import GanGate, SaturationGate
from autograder.assignment.training.gates import BY_HAND, CALIBRATED, MARGIN, OTHER_DEVICE, gate_for
from autograder.assignment.training.vae import VaeRun
from autograder.assignment.training.vae_settings import VaeGate, VaeSettings
from autograder.errors import SpecError

BUDGET = "steps 938, batch 128, learning_rate 0.001, shift 1, held_out 1000"
SET, OTHER_SET = "a" * 64, "b" * 64


def entry(**changes):
    keys = {"data": "mnist", "sha256": SET, "device": "cpu", "budget": BUDGET}
    return {**keys, "elbo": -200.0, "kl_weight": [0.6, 1.5], "too_good": -75.0, **changes}


def found(*entries, sha256=SET, device="cpu", **budget):
    settings = VaeSettings.of({"gates": list(entries), **budget})
    gate, rests_on = gate_for(settings, settings.gates, "mnist", sha256, device)
    return gate.elbo, rests_on


def test_a_gate_holds_for_its_data_set_device_and_budget():
    gates = (
        entry(elbo=-1.0, sha256=OTHER_SET),
        entry(elbo=-2.0, device="cuda"),
        entry(elbo=-3.0, budget=BUDGET.replace("938", "300")),
        entry(elbo=-4.0),
    )
    assert found(*gates) == (-4, CALIBRATED)
    assert found(*gates, device="cuda") == (-2, CALIBRATED)
    assert found(*gates, steps=300) == (-3, CALIBRATED)
    assert found(*gates, sha256=OTHER_SET) == (-1, CALIBRATED)


def test_settings_that_change_no_number_are_no_part_of_the_budget():
    assert found(entry(), cpu_seconds=5) == (-200, CALIBRATED)


def test_a_device_that_nobody_has_measured_gets_the_cpus_gate_with_every_bound_wider():
    assert found(entry(), device="cuda") == (pytest.approx(-200 * (1 + MARGIN)), OTHER_DEVICE)
    assert OTHER_DEVICE == "not calibrated on this device: the CPU's gate, every bound 2% wider"
    vae = VaeGate(data="d", elbo=-200, kl_weight=(0.5, 1.5), too_good=-75).wider()
    assert vae.kl_weight == pytest.approx((0.49, 1.53))
    assert vae.too_good == -75
    gan = GanGate(data="d", class_score=2, frechet=50, neighbours=0.2).wider()
    assert (gan.class_score, gan.frechet, gan.neighbours) == pytest.approx((1.96, 51, 0.196))
    saturation = SaturationGate(data="d", start=(0.5, 1.5), end=200, fall=4).wider()
    assert saturation.start == pytest.approx((0.49, 1.53))
    assert (saturation.end, saturation.fall) == pytest.approx((196, 3.92))


def test_a_gate_without_budget_is_a_persons_and_comes_first():
    assert found(entry(), {"data": "mnist", "elbo": -150}) == (-150, BY_HAND)
    assert found(entry(), {"data": "mnist", "elbo": -150}, device="cuda", steps=5) == (-150, BY_HAND)
    assert found(entry(), {"data": "mnist", "device": "cuda", "elbo": -150}) == (-200, CALIBRATED)


@pytest.mark.parametrize(
    ("budget", "sha256"), [({"steps": 500}, SET), ({}, OTHER_SET)], ids=["another budget", "another set"]
)
def test_no_gate_for_the_key_is_an_error_with_the_next_step(budget, sha256):
    with pytest.raises(SpecError) as error:
        found(entry(), sha256=sha256, **budget)
    assert str(error.value) == (
        f"grading.yml has no gate for the data set 'mnist' (SHA-256 {sha256[:12]}…) with the budget "
        f"“{BUDGET.replace('938', str(budget.get('steps', 938)))}” under training.vae.gates (there: mnist, cpu, {BUDGET}). "
        "Measure with `autograder calibrate`, which writes one, or choose another --data."
    )


def test_a_run_looks_for_its_gate_before_it_trains_and_says_in_the_result_what_it_rests_on(
    make_context, digits
):
    with pytest.raises(SpecError, match="no gate for the data set 'embedded'"):
        VaeRun().run(make_context(gates=[{"data": "mnist", "elbo": -180}]))
    assert VaeRun().run(make_context(steps=2)).record.vae.gate_rests_on == BY_HAND
    measured = {"data": "embedded", "sha256": digits.sha256, "device": "cpu", "elbo": -900}
    measured["budget"] = VaeSettings.of({"steps": 2, "held_out": 300, "gates": []}).budget
    context = make_context(steps=2, gates=[measured])
    assert VaeRun().run(context).record.vae.gate_rests_on == CALIBRATED
    another = replace(context, data=replace(digits, sha256="0" * 64))
    with pytest.raises(SpecError, match=r"SHA-256 000000000000…"):
        VaeRun().run(another)
