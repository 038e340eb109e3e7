"""Weights that change by other means than our optimiser are seen, at the step where it happens; right models are not."""

import gc
import random

import pytest
import torch
from torch import nn
from torch.nn.utils import parametrizations
from torch.optim.optimizer import register_optimizer_step_post_hook

from autograder.assignment.equivalents import equivalents_of, vae
from autograder.assignment.torch_models import losses
from autograder.assignment.torch_models.vae import ReferenceVAE
from autograder.assignment.torch_models.vae_loop import Budget, flat_only, train
from autograder.assignment.torch_models.vae_places import Place
from autograder.assignment.torch_models.vae_replay import moved_otherwise
from autograder.assignment.torch_models.vae_watch import BLOCK, Watch
from autograder.assignment.training.vae_findings import Finding, findings_in
from autograder.assignment.training.vae_messages import by_itself
from tests.assignment.training.conftest import edited

STEPS, LATE = 2 * BLOCK + 5, BLOCK + 3
IMAGES = torch.randint(0, 256, (64, 28, 28), dtype=torch.uint8, generator=torch.Generator().manual_seed(4))


@pytest.fixture(autouse=True)
def one_thread():
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    yield
    torch.set_num_threads(threads)


def findings(model, steps=STEPS, elbo=losses.elbo, watch_seed=1):
    """What is seen in a short training of the model, by kind: step and names."""
    budget = Budget(steps, 16, 1e-3, shift=1, seed=3, watch_seed=watch_seed)
    flat = flat_only(model, IMAGES)
    _, watch = train(model, losses.bernoulli_log_likelihood, elbo, IMAGES, budget, flat=flat)
    return {f.kind: (f.step, f.names) for f in watch.findings(model.state_dict())}


class Late(ReferenceVAE):
    """Does something in the forward of step LATE."""

    def __init__(self):
        torch.manual_seed(5)
        super().__init__(hidden_dim=32)
        self.steps = 0

    def forward(self, x):
        self.steps += self.training
        if self.steps == LATE:
            self.happens()
        return super().forward(x)

    def happens(self):
        pass


ALL = [name for name, _ in ReferenceVAE().named_parameters()]


def test_an_optimiser_of_its_own_in_forward_is_seen_in_its_first_step():
    class OwnAdam(ReferenceVAE):
        def __init__(self):
            super().__init__(hidden_dim=32)
            self.adam = torch.optim.Adam(self.parameters(), lr=1e-3)

        def forward(self, x):
            if self.training:
                logits, mu, logvar = super().forward(x)
                loss = -losses.elbo(losses.bernoulli_log_likelihood(x.flatten(1), logits), mu, logvar).mean()
                self.adam.zero_grad()
                loss.backward()
                self.adam.step()
            return super().forward(x)

    assert findings(OwnAdam()) == {"between": (1, ALL)}


def copied_in(model):
    with torch.no_grad():
        model.logits.weight.copy_(torch.zeros_like(model.logits.weight))


def through_data(model):
    model.logits.weight.data.mul_(0.5)


def through_numpy(model):
    model.logits.weight.detach().numpy()[:] *= 0.5


def data_elsewhere(model):
    model.logits.weight.data = model.logits.weight.data * 0.5


@pytest.mark.parametrize("change", [copied_in, through_data, through_numpy, data_elsewhere])
@pytest.mark.parametrize("watch_seed", range(3))
def test_weights_that_are_written_at_a_late_step_are_seen_at_that_step(change, watch_seed):
    model = Late()
    model.happens = lambda: change(model)
    assert findings(model, watch_seed=watch_seed) == {"between": (LATE, ["logits.weight"])}


def test_one_number_of_a_parameter_written_in_place_is_seen_at_that_step():
    model = Late()

    def happens():
        with torch.no_grad():
            model.logits.weight[7, 3] = 0

    model.happens = happens
    assert findings(model) == {"between": (LATE, ["logits.weight"])}


def test_weights_that_change_in_elbo_or_in_a_hook_of_the_backward_pass_are_seen():
    model = ReferenceVAE(hidden_dim=32)

    def elbo(*arguments):
        model.mu.bias.data += 0.1
        return losses.elbo(*arguments)

    assert findings(model, elbo=elbo) == {"between": (1, ["mu.bias"])}
    model = ReferenceVAE(hidden_dim=32)

    def hook(parameter):
        parameter.data += 0.1

    model.mu.bias.register_post_accumulate_grad_hook(hook)
    assert findings(model) == {"between": (1, ["mu.bias"])}


def seen_on_a_gpu(seed, written_at):
    """Whether the watch, as it is on a GPU, sees a weight that is written between some of the steps."""
    layer = nn.Linear(3, 1)
    optimizer = torch.optim.Adam(layer.parameters(), lr=1e-3, fused=True)
    watch = Watch(layer, optimizer, STEPS, seed, device="cuda")
    for step in range(1, STEPS + 1):
        optimizer.zero_grad()
        layer(torch.ones(2, 3)).sum().backward()
        if step in written_at:
            layer.weight.data.add_(1)
        watch.before(step)
        optimizer.step()
        watch.after(step)
    return bool(watch.findings(layer.state_dict()))


def test_on_a_gpu_some_of_the_steps_are_watched_and_whoever_goes_on_learning_is_seen():
    assert all(seen_on_a_gpu(seed, range(2, STEPS)) for seed in range(10))
    assert 0 < sum(seen_on_a_gpu(seed, {LATE}) for seed in range(40)) < 40
    assert not any(seen_on_a_gpu(seed, ()) for seed in range(10))


def test_a_frozen_parameter_that_learns_by_a_rule_of_its_own_is_seen():
    class Hebb(Late):
        def __init__(self):
            super().__init__()
            self.mean = nn.Parameter(torch.zeros(784), requires_grad=False)

        def encode(self, x):
            if self.training:
                self.mean.data += 0.1 * (x.flatten(1).mean(0) - self.mean.data)
            return super().encode(x.flatten(1) - self.mean)

    assert findings(Hebb()) == {"between": (1, ["mean"])}


@pytest.mark.parametrize("shape", [(28, 28), (1000,)], ids=["a table", "a row longer than any layer"])
def test_buffers_that_learn_are_seen_after_the_run(shape):
    class Learns(ReferenceVAE):
        def __init__(self):
            super().__init__(hidden_dim=32)
            self.register_buffer("kept", torch.zeros(shape))
            self.register_buffer("mean", torch.zeros(32))

        def forward(self, x):
            self.kept += x.mean()
            self.mean += x.mean()
            return super().forward(x)

    assert findings(Learns()) == {"buffers": (STEPS + 1, ["kept"])}


def test_weights_that_are_exchanged_when_they_are_sent_away_are_seen():
    class Sends(Late):
        def state_dict(self, *arguments, **options):
            state = super().state_dict(*arguments, **options)
            return {**state, "mu.bias": torch.ones(20)}

    assert findings(Sends()) == {"between": (STEPS + 1, ["mu.bias"])}


def test_a_parameter_that_takes_the_place_of_another_is_seen():
    model = Late()

    def happens():
        model.mu.bias = nn.Parameter(torch.ones(20))

    model.happens = happens
    seen = findings(model)
    assert set(seen) == {"parameters", "between"}  # which are not those that are sent away, either
    step, names = seen["parameters"]
    assert LATE <= step <= STEPS
    assert names == ["mu.bias"]


def test_parameters_that_are_hidden_from_our_optimiser_are_seen():
    class Hides(ReferenceVAE):
        def parameters(self, recurse=True):
            return iter([self.mu.bias])

    assert findings(Hides(hidden_dim=32)) == {"parameters": (1, ["those of the optimiser"])}


def ours():
    """The optimiser of our loop, as code of a student finds it."""
    return next(
        o for o in gc.get_objects() if type(o) is torch.optim.Adam and len(o.param_groups[0]["params"]) == 10
    )


def test_settings_of_our_optimiser_that_are_changed_are_seen():
    gc.collect()
    model = Late()
    model.happens = lambda: ours().param_groups[0].update(lr=0.01, weight_decay=0.1)
    seen = findings(model)
    assert set(seen) <= {"settings", "inside"}
    step, names = seen["settings"]
    assert LATE <= step <= STEPS
    assert names == ["lr", "weight_decay"]


def test_a_hook_of_the_optimiser_that_writes_weights_is_seen_in_the_last_step_at_the_latest():
    model = Late()

    def write(*_):
        if model.steps == STEPS:
            model.mu.bias.data.fill_(1.0)

    handle = register_optimizer_step_post_hook(write)
    try:
        assert findings(model) == {"inside": (STEPS, ["mu.bias"])}
    finally:
        handle.remove()


def test_another_step_in_the_place_of_adams_is_seen_at_once(monkeypatch):
    def step(optimizer, closure=None):
        for p in optimizer.param_groups[0]["params"]:
            p.data.mul_(0.9)

    model = ReferenceVAE(hidden_dim=32)
    monkeypatch.setattr(torch.optim.Adam, "step", step)
    seen = findings(model)
    assert set(seen) == {"inside"}
    assert seen["inside"][0] == 1


@pytest.mark.parametrize("equivalent", equivalents_of(vae), ids=lambda e: e.name)
def test_no_right_form_of_the_vae_is_flagged(equivalent):
    torch.manual_seed(0)
    assert findings(equivalent.run(), steps=BLOCK + 4) == {}


def wrapped(wrap):
    """The reference with its layers wrapped."""
    model = ReferenceVAE(hidden_dim=32)
    for name in ("encoder", "decoder"):
        setattr(model, name, wrap(getattr(model, name)))
    return model


def tied():
    model = ReferenceVAE(hidden_dim=32)
    model.logvar.weight = model.mu.weight
    model.logits.weight = nn.Parameter(model.encoder.weight.data.t())  # the same memory, the other way round
    return model


class Moves(ReferenceVAE):
    """Goes where the images are in every call, and sets its mode itself."""

    def forward(self, x):
        self.to(x.device, x.dtype)
        self.train(self.training)
        return super().forward(x)


class Rests(Late):
    """A layer that is used in every other step only, and one that is frozen in the middle of the training."""

    def decode(self, z):
        extra = self.logvar(torch.zeros(len(z), 32)).sum() if self.steps % 2 else 0
        return super().decode(z) + 0 * extra

    def happens(self):
        self.mu.requires_grad_(False)


class LazyInTraining(ReferenceVAE):
    """A lazy layer that nobody has called before the first step of the training."""

    def __init__(self):
        super().__init__(hidden_dim=32)
        self.late = nn.LazyLinear(784)

    def decode(self, z):
        return super().decode(z) + (self.late(z) if self.training else 0)


@pytest.mark.parametrize(
    "make",
    [
        lambda: wrapped(parametrizations.weight_norm),
        lambda: wrapped(parametrizations.spectral_norm),
        lambda: wrapped(nn.utils.spectral_norm),
        lambda: wrapped(lambda layer: nn.Sequential(layer, nn.BatchNorm1d(32), nn.Dropout(0.3))),
        tied,
        lambda: Moves(hidden_dim=32),
        Rests,
        LazyInTraining,
        lambda: ReferenceVAE(hidden_dim=32).double().float(),
    ],
)
def test_what_right_models_do_besides_is_not_flagged(make):
    torch.manual_seed(0)
    assert findings(make()) == {}


@pytest.mark.parametrize("size", [0.0, 1e-30, 1e-8, 1.0, 1e18, 5e20])
def test_a_step_of_adam_is_taken_for_one_whatever_the_size_of_the_gradient(size):
    """A wrong loss lets gradients grow until their squares are near the largest number."""
    parameter = nn.Parameter(torch.linspace(-3, 3, 8))
    adam = torch.optim.Adam([parameter], lr=1e-3, fused=True)
    place = Place.drawn("weight", parameter, random.Random(1))
    for _ in range(3):
        before = place.now().clone()
        parameter.grad = size * torch.tensor([1.0, -1.0] * 4)
        adam.step()
        assert not moved_otherwise(place, before, adam.state[parameter], adam.param_groups[0])
    assert moved_otherwise(place, before + 1e-3, adam.state[parameter], adam.param_groups[0])


@pytest.mark.filterwarnings("ignore:.*weight_norm.*deprecated:FutureWarning")
def test_the_older_weight_norm_is_not_flagged():
    assert findings(wrapped(nn.utils.weight_norm)) == {}


def test_through_the_sandbox_it_is_a_flag_that_names_step_and_weights_and_takes_no_mark(train, solution):
    forward = "        return self.decode(reparameterize(mu, logvar)), mu, logvar"
    own = (
        "        self.steps = getattr(self, 'steps', 0) + self.training\n"
        "        if self.steps >= 37:\n"
        "            self.decoder_logits.bias.data += 0.001\n"
    )
    outcome = train(files=edited(solution, "vae", forward, own + forward))
    assert outcome.status == "passed"
    assert [(flag.kind, flag.text) for flag in outcome.flags] == [
        (
            "learns_by_itself",
            "Between two of our steps (first before step 37) weights of `decoder_logits.bias` changed by other means than our "
            "optimiser: look at forward and whatever it calls. Does the model learn by other means than our training?",
        )
    ]


def test_what_the_sandbox_says_is_believed_in_nothing_but_form():
    right = {"kind": "between", "step": 3, "names": ["a\x1b[31m\u202eb", "x" * 500, "c", "d", "e"]}
    odd = [None, 3, {}, {**right, "kind": ["between"]}, {**right, "kind": "mark"}, {**right, "step": True}]
    odd += [{**right, "step": 0}, {**right, "step": 12}, {**right, "names": []}, {**right, "names": [1]}]
    odd += [{**right, "names": "abc"}]
    assert findings_in(odd, 10) == ()
    assert findings_in("between", 10) == findings_in(None, 10) == ()
    assert findings_in([*odd, right, {**right, "step": 4}], 10) == (
        Finding("between", 3, ("a[31mb", "x" * 79 + "…", "c"), 2),
    )


def test_every_kind_has_a_sentence():
    told = [
        {"kind": kind, "step": step, "names": ["fc1.weight", "b", "c", "d"]}
        for kind, step in (("between", 11), ("inside", 2), ("parameters", 11), ("settings", 4))
    ]
    assert by_itself(findings_in(told, 10), 10) == (
        "Between two of our steps (first after the last step) weights of `fc1.weight`, `b`, `c` and 1 more changed by other "
        "means than our optimiser: look at forward and whatever it calls. In step 2 weights of `fc1.weight`, `b`, `c` and 1 "
        "more did not move as our Adam moves them: look for hooks of optimisers and changes to torch.optim. The parameters "
        "that our optimiser was given are no longer those of the model (seen after the last step): `fc1.weight`, `b`, `c` and "
        "1 more. Look for layers and parameters that are made or exchanged in forward. The settings of our optimiser were "
        "changed (seen before step 4): `fc1.weight`, `b`, `c` and 1 more. Look for code that finds it among the objects of the "
        "process. Does the model learn by other means than our training?"
    )
