"""The `[image]` table of a project."""

from pathlib import Path

import pytest

from services.actor.config import ServiceConfig, load_project
from services.actor.toml import ConfigError
from services.image.config import Config, PainterConfig


def loaded(folder: Path, text: str) -> Config:
    """Return the settings of a project with this file."""
    (folder / "project.toml").write_text(text, "utf-8")
    tables: dict[str, type[ServiceConfig]] = {"image": Config}
    config = load_project(folder, tables)["image"]
    assert isinstance(config, Config)
    return config


def test_a_project_that_says_nothing_has_the_painter(tmp_path: Path) -> None:
    assert tuple(loaded(tmp_path, "").backends) == (PainterConfig(),)


def test_a_project_gives_its_painter_colours_and_words(tmp_path: Path) -> None:
    text = """
    [[image.backends]]
    use = "painter"
    grain = 0.5
    words = { selkie = "seal" }
    [image.backends.palettes]
    wonder = ["#0b1a3a", "#f2a97e", "#ffe9c4", "#0a0d18"]
    """
    (painter,) = loaded(tmp_path, text).backends
    assert isinstance(painter, PainterConfig)
    assert painter.palettes["wonder"][1] == "#f2a97e"
    assert (painter.grain, painter.words) == (0.5, {"selkie": "seal"})


@pytest.mark.parametrize(
    "line",
    [
        'palette = ["#0b1a3a", "#f2a97e", "red", "#0a0d18"]',
        'palette = ["#0b1a3a", "#f2a97e", "#0a0d18"]',
        "brush = 2.0",
        "quality = 5",
        'drawings = "missing.txt"',
        "grein = 1.0",
    ],
)
def test_what_makes_no_sense_is_refused_with_its_line(tmp_path: Path, line: str) -> None:
    with pytest.raises(ConfigError, match=r"project\.toml:4"):
        loaded(tmp_path, f'\n[[image.backends]]\nuse = "painter"\n{line}\n')
