"""Submissions that would look trained without having learnt: none gets the mark of its run.

Few steps where nothing is learnt anyway. A decoder that ignores z, and a code that knows no digit but reports a fine loss,
are in test_vae_run.py.
"""

import base64
import re
import zlib

import numpy as np

from autograder.assignment.training.vae_settings import VaeSettings
from autograder.calibration.variants import VARIANTS
from autograder.course import Course
from tests.assignment.training.conftest import SOLUTION, edited

# A VAE that finds x among stored images, puts the number of the nearest into the signs of z, and decodes by looking it up.
LOOK_UP = """
import base64, zlib
import numpy as np

STORED = torch.tensor(np.frombuffer(zlib.decompress(base64.b64decode("{digits}")), np.uint8).copy()).reshape(-1, 784) / 255
BITS = {bits}
HEIGHT, LOGVAR = 1.0, -2.4


class VAE(nn.Module):
    def __init__(self, latent_dim=20, hidden_dim=400):
        super().__init__()
        self.nothing = nn.Parameter(torch.zeros(()))

    def encode(self, x):
        place = torch.cdist(x.flatten(1), STORED).argmin(1)
        signs = (place[:, None] >> torch.arange(BITS)) % 2 * 2.0 - 1
        mu = HEIGHT * signs + 0 * self.nothing
        return mu, torch.full_like(mu, LOGVAR)

    def decode(self, z):
        place = ((z > 0).long() << torch.arange(BITS)).sum(1).clamp(max=len(STORED) - 1)
        return torch.logit(STORED[place].clamp(1e-3, 1 - 1e-3)) + 0 * self.nothing

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + torch.exp(logvar / 2) * torch.randn_like(mu)), mu, logvar
"""


def looking_up(solution, images):
    """The solution, whose VAE knows these images by heart."""
    digits = base64.b64encode(zlib.compress(images.tobytes())).decode()
    bits = int(np.ceil(np.log2(len(images))))
    code = LOOK_UP.replace("{digits}", digits).replace("{bits}", str(bits))
    return {**solution, "generative/vae.py": solution["generative/vae.py"] + code.encode()}


def embedded_gate():
    """The gate for the embedded digits in our grading.yml, without its key."""
    gates = VaeSettings.of(Course(SOLUTION.parents[2]).spec.training["vae"]).gates
    gate = next(g for g in gates if g.data == "embedded")
    return gate.model_dump(mode="json", exclude={"sha256", "device", "budget", "evidence"})


def test_held_out_digits_in_the_code_get_no_mark_since_a_model_must_know_nothing_before_it_is_trained(
    train, solution, digits
):
    """The grader moves every image; on digits as blurred as the embedded ones the nearest of those in the code is near enough."""
    outcome = train(files=looking_up(solution, digits.test_images), steps=2, gates=[embedded_gate()])
    run = outcome.record.vae
    assert outcome.status == "failed"
    assert [flag.kind for flag in outcome.flags] == ["knew_before_training"]
    assert re.fullmatch(
        rf"Before any training your VAE\(\) already reaches an ELBO of -\d+(\.\d)? nats per image on held-out digits, where the "
        rf"best constant image has {run.collapse_elbo:.4g}: it has not learnt them\. Keep no digits and no trained weights in "
        r"the code\.",
        outcome.message,
    )


def test_held_out_digits_in_the_code_with_all_their_shifts_are_too_good_as_well(train, solution, digits):
    padded = np.pad(digits.test_images, ((0, 0), (1, 1), (1, 1)))
    moved = np.concatenate([padded[:, i : i + 28, j : j + 28] for i in range(3) for j in range(3)])
    outcome = train(files=looking_up(solution, moved), steps=2, gates=[embedded_gate()])
    assert outcome.status == "failed"
    assert {flag.kind for flag in outcome.flags} == {"too_good_to_be_true", "knew_before_training"}


def test_a_model_that_needs_none_of_its_weights_calls_a_person(train, solution, digits):
    """It looks digits up once the first step has moved its only number."""
    files = looking_up(solution, digits.test_images)
    asleep = "        return torch.logit(STORED[place].clamp(1e-3, 1 - 1e-3)) + 0 * self.nothing\n"
    awake = (
        "        known = torch.logit(STORED[place].clamp(1e-3, 1 - 1e-3))\n"
        "        return known * (self.nothing != 0) + 1e-3 * self.nothing\n"
    )
    outcome = train(files=edited(files, "vae", asleep, awake), steps=2, gates=[embedded_gate()])
    assert outcome.status == "passed"
    (flag,) = outcome.flags
    assert flag.kind == "knows_without_weights"
    assert re.fullmatch(
        r"With the numbers of every parameter shuffled the VAE still reaches an ELBO of -\d+(\.\d)? nats per image, where the best "
        rf"constant image has {outcome.record.vae.collapse_elbo:.4g}: what it knows of digits does not lie in its parameters\. "
        r"Where does it come from\?",
        flag.text,
    )


def test_an_encoder_that_stores_the_images_for_the_decoder_gets_nothing_from_it(train, solution):
    hidden = "        hidden = F.relu(self.encoder_hidden(x.flatten(1)))\n"
    files = edited(solution, "vae", hidden, "        VAE.seen = x.flatten(1)\n" + hidden)
    files = edited(
        files,
        "vae",
        "        return self.decoder_logits(hidden)\n",
        "        seen = getattr(VAE, 'seen', torch.full((1, 784), 0.5)).clamp(0.001, 0.999)\n"
        "        rows = torch.arange(len(z)) % len(seen)\n"
        "        return torch.logit(seen[rows]) + 0 * self.decoder_logits(hidden)\n",
    )
    outcome = train(files=files, steps=40)
    run = outcome.record.vae
    assert -run.loss[-1] > -262  # by its own account it is perfect
    assert outcome.status == "failed"
    assert run.trusted_elbo < run.collapse_elbo


def test_an_image_that_passes_through_z_pays_for_it_in_the_kl_term(train, solution):
    code = """

class VAE(nn.Module):
    def __init__(self, latent_dim=784, hidden_dim=400):
        super().__init__()
        self.scale = nn.Parameter(torch.ones(()))

    def encode(self, x):
        mu = self.scale * (x.flatten(1) - 0.5)
        return mu, torch.full_like(mu, -8.0)

    def decode(self, z):
        return torch.logit((z / self.scale + 0.5).clamp(0.001, 0.999))

    def forward(self, x):
        mu, logvar = self.encode(x)
        return self.decode(mu + torch.exp(logvar / 2) * torch.randn_like(mu)), mu, logvar
"""
    files = {**solution, "generative/vae.py": solution["generative/vae.py"] + code.encode()}
    outcome = train(files=files, steps=20)
    run = outcome.record.vae
    assert run.reconstruction > -262  # the image is all there
    assert outcome.status == "failed"
    assert run.kl > 1000
    assert "q(z|x) is far from the prior" in outcome.message


def test_noise_that_is_written_into_our_generator_has_no_strokes(play, solution):
    """It has classes and features like digits, as the rows of docs/calibration.md say."""
    (noise,) = (v for v in VARIANTS if v.name == "noise written into the generator")
    path = f"generative/{noise.file}.py"
    files = {**solution, path: solution[path] + noise.code.encode()}
    gates = [{"data": "embedded", "class_score": 1.5, "frechet": 300, "neighbours": 0.2}]
    outcome = play(files=files, steps=5, gates=gates)
    assert outcome.status == "failed"
    assert all(game.class_score > 3 for game in outcome.record.gan.games)
    assert "But the images have no strokes: neighbouring pixels have a correlation of 0.0" in outcome.message
