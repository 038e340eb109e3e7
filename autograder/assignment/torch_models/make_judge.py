"""Trains the classifier that judges generated digits, and writes it with recipe, accuracy and data hash.

    python -m autograder.assignment.torch_models.make_judge DIR|embedded

DIR is a folder as torchvision lays out MNIST. One thread, a fixed seed: the same machine makes the same file.
"""

import argparse
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from safetensors.torch import save_file
from torch import Tensor, nn

from autograder.assignment.training.gan_judge import FOLDER, Judge
from autograder.assignment.training.small_digits import grey, small
from autograder.data import EMBEDDED_SHA256, MNIST_SHA256, DataSet, load

STEPS, BATCH, LEARNING_RATE, SEED = 4000, 128, 2e-3, 0
RECIPE = (
    f"MLP 196-128-64-10, ReLU, dropout 0.2; 2x2 mean pooling, shifts of at most 1 pixel before it; cross entropy; "
    f"Adam, learning rate {LEARNING_RATE} to 0 by a cosine, batch {BATCH}, {STEPS} steps, seed {SEED}"
)


def trained(data: DataSet) -> nn.Sequential:
    """The classifier, trained on the training digits of a set."""
    torch.manual_seed(SEED)
    linear = [nn.Linear(196, 128), nn.Linear(128, 64), nn.Linear(64, 10)]
    model = nn.Sequential(
        linear[0], nn.ReLU(), nn.Dropout(0.2), linear[1], nn.ReLU(), nn.Dropout(0.2), linear[2]
    )
    optimizer = torch.optim.Adam(model.parameters(), lr=LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, STEPS)
    images, labels = torch.tensor(data.train_images), torch.tensor(data.train_labels).long()
    for _ in range(STEPS):
        chosen = torch.randint(len(images), (BATCH,))
        loss = F.cross_entropy(model(_pooled(_moved(images[chosen]))), labels[chosen])
        optimizer.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        optimizer.step()
        schedule.step()
    return nn.Sequential(*linear)


def _moved(images: Tensor) -> Tensor:
    """Every image moved by its own whole pixels in {−1, 0, 1}²."""
    windows = F.pad(images, (1, 1, 1, 1)).unfold(1, 28, 1).unfold(2, 28, 1)
    row, column = torch.randint(3, (2, len(images)))
    return windows[torch.arange(len(images)), row, column]


def _pooled(images: Tensor) -> Tensor:
    return F.avg_pool2d(images.unsqueeze(1).float() / 255, 2).flatten(1)


def accuracy(judge: Judge, data: DataSet) -> float:
    """Share of held-out digits that the judge reads rightly, as the grader evaluates it."""
    read = judge.log_probabilities(judge.features(grey(small(data.test_images)))).argmax(axis=1)
    return float(np.mean(read == data.test_labels))


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("data", help="folder with MNIST, or embedded")
    parser.add_argument("--out", type=Path, default=FOLDER, help="folder of the file")
    options = parser.parse_args()
    torch.set_num_threads(1)
    data = load(options.data, expected={"mnist": MNIST_SHA256, "embedded": EMBEDDED_SHA256})
    weights = {name: tensor.half() for name, tensor in trained(data).state_dict().items()}
    about = {"recipe": RECIPE, "data": data.name, "data_sha256": data.sha256}
    options.out.mkdir(exist_ok=True)
    path = options.out / f"{data.name}.safetensors"
    save_file(weights, path, about)
    reached = f"{accuracy(Judge.read(path), data):.4f}"
    save_file(weights, path, about | {"accuracy": f"{reached} of {len(data.test_labels)} held-out digits"})
    print(f"{path}: {path.stat().st_size} bytes, accuracy {reached}")


if __name__ == "__main__":
    main()
