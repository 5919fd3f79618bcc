"""What every test shares."""

import pytest


@pytest.fixture
def anyio_backend() -> str:
    """Run every asynchronous test on asyncio, as the services do."""
    return "asyncio"
