"""What a service's process loads before it opens a backend, seen from inside a real process."""

import json
import subprocess
import sys
from importlib.metadata import packages_distributions

import pytest

from services.catalogue import service_names
from tests.house.sources import HOUSE

HEAVY = {
    "PIL",
    "cv2",
    "diffusers",
    "espeakng_loader",
    "faster_whisper",
    "pocketsphinx",
    "pydantic",
    "scipy",
    "soundfile",
    "torch",
}
SHOW = "import importlib, json, sys; importlib.import_module(sys.argv[1]); json.dump(sorted(sys.modules), sys.stdout)"


@pytest.mark.parametrize("name", service_names())
@pytest.mark.parametrize("part", ["config", "service"])
def test_a_service_is_imported_without_its_models(name: str, part: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", SHOW, f"services.{name}.{part}"], cwd=HOUSE, check=True, capture_output=True, text=True
    )
    loaded = {module.split(".")[0] for module in json.loads(done.stdout)}
    assert not loaded & HEAVY


@pytest.mark.parametrize("package", ["schemas", "bus", "services"])
def test_no_other_distribution_brings_a_package_of_our_name(package: str) -> None:
    assert set(packages_distributions().get(package, ())) <= {"fantascope"}
