"""A slow page is bounded; it never slows the others."""

import pytest

from services.display.messages import Hearing, Picture, Preview, Turn
from services.display.pages import LIMIT, Page, Pages

pytestmark = pytest.mark.anyio


def a_page(pages: Pages, name: str) -> Page:
    page = Page("")
    pages.add(page)
    pages.name(page, name)
    return page


def preview(step: int) -> Preview:
    return Preview(visit="v", turn=1, request="story:1", step=step, of=9)


async def test_only_the_newest_preview_waits() -> None:
    pages = Pages()
    page = a_page(pages, "one")
    for step in range(50):
        pages.tell(preview(step))
        pages.tell(Hearing(mic="m", text=str(step)))
    frames = list(await page.frames())
    assert ['"step":49' in frames[0], '"text":"49"' in frames[1], len(frames)] == [True, True, 2]
    assert page.skipped == 98


async def test_a_new_turn_removes_what_waits_of_the_old_one() -> None:
    pages = Pages()
    page = a_page(pages, "one")
    pages.tell(Picture(visit="v", turn=1, id="image:1", request="story:1", url="a"))
    pages.tell(Turn(visit="v", turn=2, text="a whale"))
    assert [frame[:14] for frame in await page.frames()] == ['{"type":"turn"']


async def test_a_page_that_reads_nothing_is_cut_off() -> None:
    pages = Pages()
    slow, other = a_page(pages, "slow"), a_page(pages, "other")
    for number in range(LIMIT + 1):
        pages.tell(Picture(visit="v", turn=1, id=f"image:{number}", request=f"story:{number}", url="a"))
        list(await other.frames())
    assert (slow.lagging, other.lagging) == (True, False)
    assert list(await slow.frames()) == []


async def test_a_page_that_comes_again_takes_the_place_of_its_old_connection() -> None:
    pages = Pages()
    old, new = a_page(pages, "one"), a_page(pages, "one")
    assert (old.replaced, new.replaced) == (True, False)


async def test_a_page_is_told_nothing_before_it_has_a_name() -> None:
    pages = Pages()
    page = Page("")
    pages.add(page)
    pages.tell(preview(1))
    assert not page.waiting
