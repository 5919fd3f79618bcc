"""What backends need of a machine is looked for without loading it; secrets come from `.env` and go nowhere else."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import anyio
import pytest

from bus import open_bus
from bus.names import run_folder
from schemas import Failed, ImageRequest
from services.actor import secrets
from services.actor.config import backend_fields
from services.actor.needs import folder_of, key, package, program, weights
from services.actor.secrets import HIDDEN, hide, load_secrets
from services.actor.toml import ConfigError
from services.audio.config import Flite
from services.catalogue import config_classes

HOUSE = Path(__file__).parents[2]
SECRET = "sk-a-very-secret-word"  # noqa: S105 - it opens nothing


def written(folder: Path, text: str, mode: int = 0o600) -> Path:
    """Return a `.env` that was written."""
    file = folder / ".env"
    file.write_text(text, encoding="utf-8")
    file.chmod(mode)
    return file


def test_a_package_is_found_with_its_version_and_is_not_loaded() -> None:
    look = "import sys; from services.asr.config import PocketSphinxConfig as P; print(*(n.found for n in P().needs()))"
    look += "; assert not {'pocketsphinx', 'sounddevice', 'dotenv'} & set(sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], cwd=HOUSE, capture_output=True, text=True, check=True)
    assert done.stdout.startswith("5.")
    assert not package("no_such_package", "install it").found


def test_weights_have_a_place_and_a_size(tmp_path: Path) -> None:
    (tmp_path / "model").mkdir()
    assert weights("m", tmp_path / "model", "").found == ""
    (tmp_path / "model" / "a.bin").write_bytes(bytes(1000))
    found = weights("m", tmp_path / "model", "")
    assert (found.found, found.size) == (str(tmp_path / "model"), 1000)
    assert weights("m", tmp_path / "model" / "a.bin", "").size == 1000
    assert weights("m", folder_of("no_such_package"), "").found == ""


def test_a_program_is_looked_for_on_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    (need,) = Flite().needs()
    assert (need.lack, need.found, need.cure) == ("the program flite", "", "Debian: apt install flite")
    (tmp_path / "flite").write_text("#!/bin/sh\n", encoding="utf-8")
    (tmp_path / "flite").chmod(0o755)
    assert program("flite", "").found == str(tmp_path / "flite")


def test_a_key_is_told_to_be_there_and_no_more(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not key("SOME_API_KEY").found
    monkeypatch.setenv("SOME_API_KEY", SECRET)
    assert key("SOME_API_KEY").found == "set"


def test_every_backend_says_what_it_needs() -> None:
    kinds = [
        kind for table in config_classes().values() for each in backend_fields(table).values() for kind in each.known
    ]
    needing = {kind.__name__ for kind in kinds if "needs" in vars(kind)}
    assert needing >= {"Flite", "Say", "Espeak", "PocketSphinxConfig", "CardConfig"}


def test_secrets_come_from_the_file_and_the_environment_wins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(secrets, "_known", set())
    monkeypatch.setenv("FIRST_KEY", "from outside")
    written(tmp_path, f"# keys\nFIRST_KEY=inside\nexport SECOND_KEY='{SECRET}'\n")
    load_secrets(tmp_path)
    assert (os.environ["FIRST_KEY"], os.environ["SECOND_KEY"]) == ("from outside", SECRET)
    assert hide(f"401 for ?key={SECRET}, as {HIDDEN}") == f"401 for ?key={HIDDEN}, as {HIDDEN}"
    assert hide("from outside") == HIDDEN
    del os.environ["SECOND_KEY"]


@pytest.mark.parametrize("mode", [0o644, 0o640, 0o602])
def test_a_file_of_secrets_that_is_open_to_others_is_refused(tmp_path: Path, mode: int) -> None:
    file = written(tmp_path, f"KEY={SECRET}\n", mode)
    with pytest.raises(ConfigError) as caught:
        load_secrets(tmp_path)
    assert str(caught.value) == f"{file}: others can read it: chmod 600 {file}"


@pytest.mark.parametrize("text", [f"A=b\n{SECRET}\n", f"A=b\n='{SECRET}\n"])
def test_a_line_that_is_no_secret_is_named_without_what_is_in_it(tmp_path: Path, text: str) -> None:
    file = written(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_secrets(tmp_path)
    assert str(caught.value) == f"{file}:2: is not NAME=value"


def test_a_service_refuses_to_start_on_secrets_that_are_open_to_others(tmp_path: Path) -> None:
    (tmp_path / "project.toml").touch()
    written(tmp_path, f"KEY={SECRET}\n", 0o644)
    command = [sys.executable, "-m", "services", "image", "--project", str(tmp_path)]
    done = subprocess.run(command, cwd=HOUSE, capture_output=True, text=True, check=False)
    assert (done.returncode, "others can read it" in done.stderr, SECRET in done.stderr) == (2, True, False)


LEAKY = """
import os
from services.actor.backend import BackendConfig
from services.actor.errors import Transient


class LeakyConfig(BackendConfig, frozen=True): ...


class Leaky:
    name, capabilities = "leaky", frozenset()

    def __init__(self, config: LeakyConfig) -> None: ...
    async def __aenter__(self): return self
    async def __aexit__(self, *_): ...

    async def paint(self, request, progress):
        raise RuntimeError(f"401 for https://example.org/?key={os.environ['LEAKY_API_KEY']}")
"""


@pytest.fixture
def leaky() -> Iterator[Path]:
    """Yield a project whose only painter names its key in every error."""
    folder = Path(tempfile.mkdtemp(prefix="fs")).resolve()
    (folder / "project.toml").write_text('[[image.backends]]\nuse = "leaky.py:Leaky"\n', encoding="utf-8")
    (folder / "leaky.py").write_text(LEAKY, encoding="utf-8")
    written(folder, f"LEAKY_API_KEY={SECRET}\n")
    yield folder
    shutil.rmtree(run_folder(folder), ignore_errors=True)
    shutil.rmtree(folder)


@pytest.mark.anyio
async def test_a_secret_is_in_no_reply_no_journal_and_no_log(leaky: Path) -> None:
    command = [sys.executable, "-m", "services", "image", "--project", str(leaky)]
    async with (
        open_bus("story", run=run_folder(leaky), journals=leaky / "journal") as bus,
        bus.subscribe(Failed) as replies,
        await anyio.open_process(command, cwd=HOUSE, stdout=None, stderr=subprocess.PIPE) as service,
    ):
        assert service.stderr is not None
        with anyio.fail_after(30):
            await bus.publish(ImageRequest(scene="a fox"))
            failed = await anext(aiter(replies))
            service.terminate()
            log = b"".join([part async for part in service.stderr]).decode()
    assert failed.errors == (f"leaky: RuntimeError: 401 for https://example.org/?key={HIDDEN}",)
    assert f"key={HIDDEN}" in log
    assert "Traceback" in log
    assert not [file for file in (leaky / "journal").iterdir() if SECRET.encode() in file.read_bytes()]
    assert SECRET not in log
