"""The words that the painter knows besides the names of its drawings."""

from collections.abc import Mapping
from typing import get_args

from services.image.backends.painting.plan import Hour, Place, Season


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


def _turned(table: dict[str, str]) -> dict[str, str]:
    """From `meaning: words` to `word: meaning`; the words of a phrase are joined with `_`."""
    return {word: meaning for meaning, words in table.items() for word in words.split()}


def _gathered(table: dict[str, str]) -> dict[str, frozenset[str]]:
    """From `meaning: words` to `word: meanings`."""
    found: dict[str, frozenset[str]] = {}
    for meaning, words in table.items():
        for word in words.split():
            found[word] = found.get(word, frozenset()) | {meaning}
    return found


PLACES: dict[str, Place] = _turned(
    {  # type: ignore[assignment]
        "arctic": "arctic antarctic snowfield ice iceberg glacier tundra floe icy frozen_sea north_pole "
        "south_pole polar",
        "castle": "castle palace fortress citadel kingdom",
        "cave": "cave cavern grotto underground tunnel cellar crypt catacomb dungeon mineshaft",
        "city": "city skyline downtown metropolis skyscraper megacity suburb",
        "clouds": "above_the_clouds over_the_clouds in_the_clouds in_the_sky heaven cloudscape",
        "coast": "coast grassy_dune grassy_dunes beach shore cliff seaside bay cove island headland sand_dune",
        "desert": "desert dune sahara oasis wasteland badlands mesa",
        "forest": "forest wood woods woodland grove thicket glade jungle rainforest taiga treetop wildwood",
        "garden": "garden park orchard courtyard greenhouse maze vineyard cemetery graveyard",
        "harbour": "harbour harbor port dock pier quay marina jetty wharf",
        "interior": "room kitchen library hall bedroom attic workshop theatre theater cinema museum study "
        "parlour parlor "
        "indoors stage ballroom corridor hallway shop cafe studio salon laboratory",
        "lake": "lake pond lagoon loch pool tarn reservoir waterside",
        "meadow": "meadow field grassland prairie pasture hill hillside heath steppe savanna savannah countryside moor "
        "plain lawn valley vale dale wheat lavender farm",
        "mountains": "mountain peak summit alps canyon gorge volcano ravine crag highland",
        "river": "river stream brook creek canal waterfall riverbank bridge rapids",
        "station": "station platform railway_station train_station terminus",
        "ruins": "ruin ruins temple column ancient_city acropolis amphitheatre stonehenge",
        "sea": "sea ocean wave open_water high_seas",
        "space": "space planet galaxy cosmos asteroid nebula orbit universe on_the_moon mars outer_space alien_world",
        "swamp": "swamp marsh bog wetland mangrove fen bayou",
        "underwater": "underwater seabed reef coral under_the_sea under_water beneath_the_waves under_the_waves "
        "deep_sea "
        "bottom_of_the_sea seafloor beneath_the_sea sunken",
        "village": "village town hamlet market marketplace settlement",
    }
)

VAGUE: dict[str, Place] = _turned(
    {  # type: ignore[assignment]
        "city": "street roof rooftop alley avenue square pavement crossroads",
        "interior": "window table fireplace desk curtain carpet shelf doorway candlelight armchair bedside",
        "sea": "tide horizon_line",
        "lake": "water shallow_water shallows",
        "coast": "driftwood harbourside seagull",
        "forest": "tree moss fern",
        "meadow": "grass haystack",
        "mountains": "snowdrift echo",
    }
)
"""Words that say where one is when nothing better is said."""

HOMES: dict[str, Place] = {
    "snow": "arctic",
    "beach": "coast",
    "pond": "lake",
    **{place: place for place in get_args(Place)},
}
"""Where a drawing's home lies."""

HOURS: dict[str, Hour] = _turned(
    {  # type: ignore[assignment]
        "dawn": "dawn sunrise daybreak morning cockcrow first_light",
        "day": "noon midday afternoon daylight day daytime sunny",
        "golden": "golden_hour late_afternoon evening_sun low_sun",
        "dusk": "dusk sunset twilight nightfall evening sundown gloaming",
        "night": "night midnight darkness nighttime starry starlit nocturnal",
        "moonlit": "moonlight moonlit full_moon moonrise crescent moon",
    }
)

SEASONS: dict[str, Season] = _turned(
    {  # type: ignore[assignment]
        "spring": "spring blossom cherry_blossom april springtime bloom blooming",
        "summer": "summer july august june midsummer",
        "autumn": "autumn october november september autumnal harvest",
        "winter": "winter december january february snow snowy frost frosty frozen wintry ice icy snowman "
        "sledge sleigh christmas blizzard",
    }
)

WEATHER = _turned(
    {
        "rain": "rain rainy raining drizzle downpour shower wet monsoon",
        "storm": "storm stormy thunder thunderstorm lightning tempest hurricane gale typhoon",
        "fog": "fog foggy mist misty haze hazy smoke smoky",
        "snow": "snow snowy snowing snowfall blizzard snowflake snowstorm",
        "wind": "wind windy breeze gust breezy",
        "overcast": "overcast cloudy grey_sky gloomy clouded",
        "clear": "clear cloudless",
    }
)

FEATURES = _gathered(
    {
        "moon": "moon full_moon moonlight moonlit moonrise crescent",
        "full": "full_moon",
        "crescent": "crescent crescent_moon new_moon",
        "sun": "sun sunny sunshine sunlight sunset sunrise",
        "stars": "star bright_star guiding_star stars starry starlit constellation starlight milky_way",
        "aurora": "aurora northern_lights southern_lights polar_lights",
        "rainbow": "rainbow",
        "comet": "comet meteor shooting_star falling_star",
        "planet": "planet saturn jupiter ringed_planet",
        "path": "path road trail lane track street way railway footprint",
        "waterfall": "waterfall cascade",
        "fireflies": "firefly notes_of_light sparks_of_magic fireflies glow-worm glowworm sparkle magic "
        "magical enchanted glimmer glitter",
        "embers": "ember spark fire flame burning ash volcano lava dragon campfire bonfire",
        "petals": "petal blossom cherry_blossom cherry confetti",
        "leaves": "leaf leaves falling_leaves",
        "bubbles": "bubble",
        "lanterns": "paper_lantern sky_lantern floating_lantern lanterns festival",
        "pine": "pine fir spruce conifer evergreen christmas_tree taiga",
        "birch": "birch aspen",
        "bare": "bare leafless dead",
        "palm": "palm jungle oasis tropical island rainforest coconut",
        "volcano": "volcano lava eruption",
        "flowers": "flower poppy tulip daisy wildflower sunflower bluebell lavender rose flowers blossom",
        "rays": "ray beam sunbeam shaft",
        "fireworks": "firework fireworks",
    }
)

MOODS = _turned(
    {
        "wonder": "wonder magic magical awe marvel miracle enchanted wondrous curious curiosity amazement",
        "joy": "joy joyful happy happiness cheerful playful merry delight fun celebration excited",
        "calm": "calm peace peaceful quiet serene still tranquil gentle silence silent restful",
        "melancholy": "melancholy sad sadness sorrow wistful grief longing nostalgia nostalgic bittersweet",
        "eerie": "eerie uncanny spooky ghostly haunted strange creepy weird",
        "dread": "dread fear terror horror fearful scary menacing anger angry rage fury furious danger evil",
        "mystery": "mystery mysterious secret hidden unknown riddle arcane shadowy",
        "tension": "tension tense storm stormy suspense threat urgent restless uneasy conflict",
        "tender": "tender love loving romance romantic warm warmth kind kindness soft tenderness cosy cozy comfort",
        "dream": "dream dreamy dreamlike surreal sleep floating whimsical fantasy fairytale imagination",
        "hope": "hope hopeful courage brave beginning trust optimism relief",
        "epic": "epic adventure heroic grand triumph victory majestic bold glory quest adventurous",
        "lonely": "lonely lonesome alone solitude solitary cold abandoned empty lost",
    }
)

MOOD_HOURS: dict[str, tuple[Hour, ...]] = {
    "wonder": ("dusk", "moonlit", "dawn"),
    "joy": ("day", "golden"),
    "calm": ("dawn", "golden"),
    "melancholy": ("dusk", "dawn"),
    "eerie": ("moonlit", "night"),
    "dread": ("dusk", "night"),
    "mystery": ("moonlit", "night", "dusk"),
    "tension": ("dusk", "golden"),
    "tender": ("golden", "dusk", "dawn"),
    "dream": ("dusk", "dawn"),
    "hope": ("dawn", "golden"),
    "epic": ("golden", "dusk"),
    "lonely": ("dawn", "dusk"),
}

COLOURS = {
    "red": "#c0392f", "scarlet": "#c8281f", "crimson": "#9c1f30", "orange": "#d9762b", "golden": "#d9a83a",
    "gold": "#d9a83a", "yellow": "#e3c23f", "green": "#4f8a45", "emerald": "#2f8a62", "turquoise": "#3fa39a",
    "blue": "#3f6fae", "purple": "#7a4a9a", "violet": "#7a4fae", "pink": "#d9849f", "brown": "#7a5438",
    "black": "#1c1b20", "white": "#f2efe8", "grey": "#85898f", "gray": "#85898f", "silver": "#c3c9d0",
    "copper": "#b0693c", "bronze": "#9a7040", "ginger": "#c8743a", "ivory": "#efe6d0", "rusty": "#9a5433",
}  # fmt: skip

NUMBERS = {
    "two": 2, "both": 2, "pair": 2, "couple_of": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7,
    "several": 4, "some": 3, "few": 3, "many": 6, "dozens": 9, "herd": 5, "pack": 4, "flock": 9, "swarm": 9,
    "school": 7, "hundreds": 9, "hundred": 9, "thousand": 9, "thousands": 9, "countless": 9, "family": 3,
}  # fmt: skip

SIZES = {
    "giant": 1.55, "huge": 1.5, "enormous": 1.6, "gigantic": 1.6, "great": 1.25, "big": 1.25, "large": 1.25,
    "tall": 1.2, "towering": 1.45, "little": 0.82, "small": 0.78, "tiny": 0.6, "young": 0.85, "miniature": 0.55,
    "distant": 0.5, "far-off": 0.5, "far-away": 0.5, "colossal": 1.7, "massive": 1.5,
}  # fmt: skip

GLOWING = _words("""
glowing shining luminous radiant lit lighted burning bright glittering shimmering gleaming
""")

MANY = _words("""
men women wolves children people mice geese kids twins
""")
"""Words that mean several without an s."""
EITHER = _words("""
sheep fish deer salmon trout koi goldfish
""")
"""Words that mean several when no article stands before them."""

ARTICLES = _words("a an the his her their my your our its of this that one another some every")
BREAKS = _words("and in on at by with under over near of through who that is are from into to while")
"""Where one noun's adjectives end."""
FLOCK = {
    "bird": 7,
    "bat": 6,
    "butterfly": 5,
    "bee": 5,
    "fish": 5,
    "sheep": 5,
    "jellyfish": 5,
    "flower": 5,
    "mushroom": 4,
}
"""How many of a kind there are when nobody says how many."""

WORN = _words("coat cloak dress robe jacket raincoat shawl scarf gown hood hat cap apron suit uniform crown tiara")
"""What colours the one who wears it."""
TRADES = ("maker", "keeper", "man", "woman", "smith", "seller", "wright", "monger", "mender", "dresser", "boy", "girl")
"""How words end that name a person."""

CARRIED = {"violin": "musician", "crown": "king"}
"""What is on the drawing of another already."""

NOT = _words("""
no not without never
""")

OTHER = _words("""
lone weather year lean list change changes laid animals circle tide unlit lens snowbound wire procession patch free
bucket plank clockmaker's water's square cloth cylinder counter music
inside band heap bar signal skylight case trunk trunks roofs chocolate glass tool tools magnifying costume clockmaker
brass single smooth quick spiral hook cover stick pole crumb breast shoulders shoulder ridge footlight northern southern
eastern western web domed antlers ear ears string strings bell-like flight yard spot sight sign step side-street pair
broken mast sail sails deck hull wheel torn rusty crooked folded sealed pointed striped tiny round bent tail

a about above across after again against air all almost alone along already also always am among an ancient and
another any are arm arms around as at away back background be beautiful because bed been before behind being below
beneath beside between beyond big bit both bottom bough branch breath breeze bright broad bush bushes but by call
calls can carries carry center centre clean cloud clouds coat-tail cold color colour come corner could crest cross
crosses crowd crust cry dance dances dark day deep dew did distance do does down dream dreams drift drifts dry dust
each early earth edge else empty end even ever every everything eye eyes face fall falls far fast feeling feet fence
few field find first flew flies float floats floor flowers fly foam follow foot for foreground found fresh from full
fur gap gets give glass glimpse glow glows go goes going golden gone good grass great ground grow grows had hair
half hand hands hang hangs hard has have he head hear hears heart-shaped heavy hedge hello her here high him himself
his hold holds hole horizon hot hour how i if illustration image in into iron is it its itself just keep kind know
lap large last late laugh laughter lead leads leaf leave leaves left leg legs let lie lies light lights like line
lines little long look looks lost lot loud lovely low made make many me meet meets memory middle minute moment more
most mouth much mud must my name narrow near nearly never new next night no nobody nose note notes nothing now of
off oh okay old on once one only open or other our out over own painting pale paper part past paw photo picture
piece pieces place platform play plays please pocket puddle puddles quiet quite rail rails ran rather reed reeds
right rise rises rock rocks roof rope round run runs said same sand sat say says scarf scene sea-green see seen
shadow shadows she shine shines shore-side short should side silence silent sing sings sit sits skin sky sleep
sleeps slow slowly small smell smile smiles so soft some something somewhere song soon sort sound speak speaks spray
stairs stand stands steam step steps still stone stones story strange stretch stretches string such surface sweet
swim swims table tail take tall tell than that the their them then there they thick thin thing this those though
thread through till time to together told too top toward towards track tracks tree trees turn turns twig two uh um
under until up upon us very view visitor visitors voice wait waits walk walks wall want wants warm warmth was watch
water way we wear wears well went were what when where which while whisper who whole whose why wide wild will window
windows wing wings with within wooden word world would yes yet you your
""")
"""Words that name nothing to be seen."""


TABLES: tuple[Mapping[str, object], ...] = (
    PLACES,
    HOURS,
    SEASONS,
    WEATHER,
    FEATURES,
    MOODS,
    COLOURS,
    NUMBERS,
    SIZES,
)
"""Every table of words that mean something."""
PHRASES = frozenset(word for table in TABLES for word in table if "_" in word)
