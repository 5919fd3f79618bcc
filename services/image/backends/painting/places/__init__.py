"""Places: what each kind of place is composed of, from the back to the front."""

from services.image.backends.painting.places.castle import CASTLE, RUINS
from services.image.backends.painting.places.cave import CAVE
from services.image.backends.painting.places.city import CITY
from services.image.backends.painting.places.clouds import CLOUDS
from services.image.backends.painting.places.coast import COAST
from services.image.backends.painting.places.forest import FOREST
from services.image.backends.painting.places.gardens import GARDEN, SWAMP
from services.image.backends.painting.places.harbour import HARBOUR
from services.image.backends.painting.places.interior import INTERIOR
from services.image.backends.painting.places.lake import LAKE
from services.image.backends.painting.places.lands import ARCTIC, DESERT, MEADOW, MOUNTAINS
from services.image.backends.painting.places.river import RIVER
from services.image.backends.painting.places.sea import SEA
from services.image.backends.painting.places.setting import Setting
from services.image.backends.painting.places.space import SPACE
from services.image.backends.painting.places.station import STATION
from services.image.backends.painting.places.underwater import UNDERWATER
from services.image.backends.painting.places.village import VILLAGE
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
    "station": STATION,
    "swamp": SWAMP,
    "underwater": UNDERWATER,
    "village": VILLAGE,
}

__all__ = ["PLACES", "Setting"]
