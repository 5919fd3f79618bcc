"""What every test shares."""

import os

import pytest

STRICT = os.environ.get("CI", "").lower() == "true"
"""Where nobody reads the output, nothing may be left out."""


@pytest.fixture
def anyio_backend() -> str:
    """Run every asynchronous test on asyncio, as the services do."""
    return "asyncio"


def skipped(config: pytest.Config) -> int:
    """Return how many tests and files were skipped."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    return len(reporter.stats.get("skipped", ())) if reporter else 0


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Say why a run without a failed test fails; the reasons stand above, one for each."""
    if STRICT and skipped(config):
        terminalreporter.section("skipped tests count as failures here (CI=true)", red=True)


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Fail the run when something was skipped under CI."""
    if STRICT and exitstatus == pytest.ExitCode.OK and skipped(session.config):
        session.exitstatus = pytest.ExitCode.TESTS_FAILED
