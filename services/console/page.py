"""The address of the display's page, and whether somebody else has it."""

import errno
import socket
from dataclasses import dataclass

from services.console.installation import Installation
from services.console.settings import Settings
from services.console.supervision import Supervision
from services.display.config import Config as Display

EVERYWHERE = ("0.0.0.0", "::", "")  # noqa: S104 - compared with, not bound


@dataclass(frozen=True)
class Page:
    """Where an installation shows itself."""

    host: str
    port: int
    key: str
    """File, line and key that say so."""

    @property
    def address(self) -> str:
        """The page's address for a browser on this machine."""
        host = "127.0.0.1" if self.host in EVERYWHERE else self.host
        return f"http://[{host}]:{self.port}/" if ":" in host else f"http://{host}:{self.port}/"


def page_of(settings: Settings) -> Page | None:
    """Return the page of a project; None when its settings cannot be read."""
    display = settings.tables.get("display")
    if not isinstance(display, Display):
        return None
    file = display.project.folder / "project.toml"
    line = settings.lines.get(("display", "port"), 0)
    return Page(display.host, display.port, f"{file}:{line}: display.port" if line else f"{file}: display.port")


def holder(page: Page, installation: Installation) -> str:
    """Return one line on who has the page's port already, or nothing when it is free."""
    family = socket.AF_INET6 if ":" in page.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((page.host, page.port))
        except OSError as error:
            if error.errno != errno.EADDRINUSE:
                return f"{page.key}: {page.host}:{page.port} cannot be used: {error.strerror}"
            return f"{page.key}: port {page.port} is in use{neighbour(page, installation)}; choose another"
    return ""


def neighbour(page: Page, installation: Installation) -> str:
    """Return ` by …` where another installation of this user is known to have the port."""
    for folder in installation.run.parent.glob("*/ops"):
        about = Supervision(folder).about()
        if about and about.address.endswith(f":{page.port}/") and Supervision(folder).pid():
            return f" by the installation {about.folder}"
    return ""
