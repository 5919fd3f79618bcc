"""What the painter's pictures cost; `--sheet docs/painter.jpg` shows what they look like."""

import os
import time

os.environ.setdefault("OMP_NUM_THREADS", "1")

from PIL import Image

from benchmarks.figures import Figure, arguments, median, show
from services.image.backends.encoding import require_picture
from services.image.backends.painting.drawings import library
from services.image.backends.painting.lexicon import lexicon_of
from services.image.backends.painting.picture import Look, paint
from services.image.backends.painting.planning import plan_of

WISHES = (
    ("a fox in a winter forest at night", "mystery"),
    ("a deer in a summer meadow at noon", "joy"),
    ("a ship in a storm at sea", "tension"),
    ("an old steam train at the station at dusk", "melancholy"),
    ("a mermaid on a rock by the sea at sunset", "wonder"),
    ("an owl in an autumn birch wood", "calm"),
    ("fishing boats in the harbour at night", "tender"),
    ("a polar bear under the aurora", "lonely"),
    ("a camel in the desert at golden hour", "epic"),
    ("a girl in a red coat in a snowy city street at night", "tender"),
    ("a whale under the sea", "dream"),
    ("a knight in a crystal cave at night", "mystery"),
    ("a hot air balloon above the clouds at sunset", "hope"),
    ("a heron in a misty swamp at dawn", "eerie"),
    ("a castle in winter by moonlight", "wonder"),
    ("an empty chair by a window", "melancholy"),
    ("a wanderer among ruins at dawn", "calm"),
    ("an astronaut on a moon in outer space", "lonely"),
    ("a robin in a cherry blossom garden", "joy"),
    ("a long-necked dinosaur by the lake at dusk", "wonder"),
    ("a bear by a waterfall in autumn", "epic"),
)
COLUMNS, THUMB, GAP = 3, (426, 240), 6


def main() -> None:
    """Paint all wishes, measure the processor time of each, and write a contact sheet if a file is named."""
    options = arguments(__doc__, sheet="write all pictures small, as one JPEG")
    lexicon, look = lexicon_of(library(), {}), Look()
    rows = -(-len(WISHES) // COLUMNS)
    sheet = Image.new("RGB", (COLUMNS * (THUMB[0] + GAP) + GAP, rows * (THUMB[1] + GAP) + GAP), "#101014")
    spent: list[float] = []
    for number, (scene, mood) in enumerate(WISHES[:9] if options.quick else WISHES):
        started = time.process_time()
        plan = plan_of(scene, mood, (), number + 1, lexicon)
        image = paint(plan, (1280, 720), look, ignore).image()
        require_picture(image)
        spent.append(time.process_time() - started)
        corner = (GAP + number % COLUMNS * (THUMB[0] + GAP), GAP + number // COLUMNS * (THUMB[1] + GAP))
        sheet.paste(image.resize(THUMB, Image.Resampling.LANCZOS), corner)
    figures = {
        "a picture of 1280x720, processor": median(spent, "s of a core", 1.0),
        "the slowest of them": Figure(value=round(max(spent), 3), unit="s of a core", goal=1.0, n=len(spent)),
    }
    show(figures, options.json)
    if options.sheet:
        sheet.save(options.sheet, "JPEG", quality=78, optimize=True)


def ignore(step: int) -> None:
    """Nobody waits."""
    del step


if __name__ == "__main__":
    main()
