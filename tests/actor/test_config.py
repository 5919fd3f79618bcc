"""A project's settings: refused with one line when anything is wrong with them."""

from pathlib import Path

import pytest

from services.actor.backend import BackendConfig, Backends
from services.actor.config import QueueConfig, ServiceConfig, load_project
from services.actor.toml import ConfigError


class Brush(BackendConfig, tag="brush", frozen=True):
    """A double of a backend's settings."""

    width: int = 1
    paper: Path | None = None


class Brushes(Backends, known=(Brush,)):
    """A double of a service's choice of backends."""


class Config(ServiceConfig, frozen=True):
    """A double of a service's table."""

    backends: Brushes = Brushes((Brush(),))
    queue: QueueConfig = QueueConfig()
    world: Path | None = None


class OwnConfig(BackendConfig, frozen=True):
    """Settings of a backend that a project brings."""

    depth: int = 3


class Own:
    """A backend that a project brings."""

    def __init__(self, config: OwnConfig) -> None:
        self.config = config


def load(folder: Path, text: str) -> Config:
    """Return the settings in a project file with this text."""
    (folder / "project.toml").write_text(text)
    config = load_project(folder, {"image": Config})["image"]
    assert isinstance(config, Config)
    return config


def test_what_is_not_written_has_a_default(tmp_path: Path) -> None:
    config = load(tmp_path, "")
    assert [type(backend) for backend in config.backends] == [Brush]
    assert config.project.name == tmp_path.name
    assert config.project.assets == tmp_path.resolve() / "assets"


def test_backends_keep_their_order(tmp_path: Path) -> None:
    config = load(tmp_path, '[[image.backends]]\nuse="brush"\nwidth=7\n[[image.backends]]\nuse="brush"')
    assert [backend.width for backend in config.backends if isinstance(backend, Brush)] == [7, 1]


def test_a_project_brings_its_own_backend(tmp_path: Path) -> None:
    config = load(tmp_path, '[[image.backends]]\nuse="tests.actor.test_config:Own"\ndepth=4')
    backend = config.backends[0]
    assert isinstance(backend, OwnConfig)
    assert (backend.depth, backend.factory) == (4, "tests.actor.test_config:Own")


def test_a_project_brings_its_own_backend_in_a_file_beside_its_settings(tmp_path: Path) -> None:
    source = (
        "from tests.actor.test_config import OwnConfig\nclass Mine:\n    def __init__(self, config: OwnConfig): ...\n"
    )
    (tmp_path / "mine.py").write_text(source)
    assert isinstance(load(tmp_path, '[[image.backends]]\nuse="mine.py:Mine"').backends[0], OwnConfig)


def test_files_stand_in_the_project_folder(tmp_path: Path) -> None:
    (tmp_path / "world.toml").touch()
    assert load(tmp_path, '[image]\nworld="world.toml"').world == tmp_path.resolve() / "world.toml"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[imag]", ":1: imag: unknown table (did you mean `image`?)"),
        ("[project]\ntitel='x'", ":2: project.titel: unknown key (did you mean `title`?)"),
        ("[project]\nrun='x'", ":2: project.run: unknown key"),
        ("[image]\nproject='x'", ":2: image.project: unknown key"),
        ("[image]\nquue={}", ":2: image.quue: unknown key (did you mean `queue`?)"),
        ("[image.queue]\nsize='big'", ":2: image.queue.size: expected `int`, got `str`"),
        ("[image]\nworld='x.toml'", "no such file: "),
        ("[image]\nbackends=[]", ":2: image.backends: must be one or more tables, each with a `use`"),
        ("[[image.backends]]\nwidth=1", ":1: image.backends[0]: needs `use`, the name of a backend"),
        (
            "[[image.backends]]\nuse='brsh'",
            ":2: image.backends[0].use: no backend is called 'brsh' (did you mean `brush`?); there is brush",
        ),
        ("[[image.backends]]\nuse='brush'\nwith=1", ":3: image.backends[0].with: unknown key (did you mean `width`?)"),
        ("[[image.backends]]\nuse='brush'\npaper='x'", ":3: image.backends[0].paper: no such file: "),
        (
            "[[image.backends]]\nuse='no.where:X'",
            ":2: image.backends[0].use: 'no.where:X' cannot be used: No module named 'no'",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_line(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path, text)
    assert said in str(caught.value)
    assert "\n" not in str(caught.value)
