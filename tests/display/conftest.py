"""One browser for all tests of a file."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser

from tests.browser import microphone_flags, open_browser


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    """One loop, and so one browser, for the whole file."""
    return "asyncio"


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with open_browser(*microphone_flags()) as found:
        yield found
