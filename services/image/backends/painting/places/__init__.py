"""Places: what each kind of place is composed of, from the back to the front."""

from services.image.backends.painting.places.inside import CAVE, CLOUDS, INTERIOR, SPACE, UNDERWATER
from services.image.backends.painting.places.lands import ARCTIC, DESERT, MEADOW, MOUNTAINS
from services.image.backends.painting.places.setting import Setting
from services.image.backends.painting.places.towns import CASTLE, CITY, RUINS, VILLAGE
from services.image.backends.painting.places.waters import COAST, HARBOUR, LAKE, RIVER, SEA
from services.image.backends.painting.places.woods import FOREST, GARDEN, SWAMP
from services.image.backends.painting.plan import Place

PLACES: dict[Place, Setting] = {
    "arctic": ARCTIC,
    "castle": CASTLE,
    "cave": CAVE,
    "city": CITY,
    "clouds": CLOUDS,
    "coast": COAST,
    "desert": DESERT,
    "forest": FOREST,
    "garden": GARDEN,
    "harbour": HARBOUR,
    "interior": INTERIOR,
    "lake": LAKE,
    "meadow": MEADOW,
    "mountains": MOUNTAINS,
    "river": RIVER,
    "ruins": RUINS,
    "sea": SEA,
    "space": SPACE,
    "swamp": SWAMP,
    "underwater": UNDERWATER,
    "village": VILLAGE,
}

__all__ = ["PLACES", "Setting"]
