"""`autograder data fetch` and the demo's choice of data, with torchvision's own download from a mirror on this machine."""

import gzip
import hashlib
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import pytest

from autograder.data import MNIST_SHA256, fetch, load
from autograder.data.choose import main as choose
from autograder.data.files import FILES
from autograder.data.torchvision_shim import mnist_class
from autograder.errors import DataError


class Silent(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None: ...


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder that torchvision takes for MNIST's mirror."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Silent, directory=folder)) as server:
        monkeypatch.setenv("no_proxy", "127.0.0.1")
        monkeypatch.setattr(mnist_class(), "mirrors", [f"http://127.0.0.1:{server.server_port}/"])
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield folder
        server.shutdown()
        thread.join()


def publish(files: Path, mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the set in `files` on the mirror."""
    resources = []
    for name in FILES:
        packed = gzip.compress((files / "MNIST" / "raw" / name).read_bytes(), 1)
        (mirror / f"{name}.gz").write_bytes(packed)
        resources.append((f"{name}.gz", hashlib.md5(packed).hexdigest()))
    monkeypatch.setattr(mnist_class(), "resources", resources)


@pytest.fixture
def offline(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mnist_class(), "mirrors", [(tmp_path / "nowhere").as_uri() + "/"])


def test_mnist_is_fetched_by_torchvision_and_checked(
    mnist: Path, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(mnist, mirror, monkeypatch)
    fetch(tmp_path / "data")
    assert load(tmp_path / "data", expected={"mnist": MNIST_SHA256}).sha256 == MNIST_SHA256


def test_another_set_from_the_network_is_refused(
    digits: Path, mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish(digits, mirror, monkeypatch)
    with pytest.raises(DataError, match="holds the embedded digits, not MNIST"):
        fetch(tmp_path / "data")


@pytest.mark.usefixtures("offline")
def test_what_is_there_is_checked_and_not_fetched_again(mnist: Path) -> None:
    fetch(mnist)


@pytest.mark.usefixtures("offline")
def test_without_a_network_the_error_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(DataError) as caught:
        fetch(tmp_path / "data")
    text = str(caught.value)
    assert text.startswith(f"MNIST could not be fetched into {tmp_path / 'data'}: ")
    assert (
        "Run `autograder data fetch` again when the network is there, or copy the files train-images-idx3-ubyte"
        in text
    )
    assert text.endswith(f"from elsewhere into {tmp_path / 'data' / 'MNIST' / 'raw'}.")


def test_the_demo_takes_mnist_where_it_is(
    mnist: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("MNIST_DIR", str(mnist))
    choose()
    assert capsys.readouterr() == (f"--data {mnist}\n", f"Data: MNIST in {mnist}\n")


@pytest.mark.usefixtures("offline")
def test_the_demo_takes_the_embedded_digits_offline_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("MNIST_DIR", raising=False)
    choose()
    out, err = capsys.readouterr()
    assert out == "--data embedded\n"
    assert err.endswith("\nThis run takes the embedded digits instead.\n")
