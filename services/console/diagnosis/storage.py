"""Where things lie: the run folder, the journals, and for how long the disk lasts."""

import getpass
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import psutil

from bus.errors import BadFolder, BadName
from bus.names import Place, check_path, make_private
from services.catalogue import service_names
from services.console.columns import times, weight
from services.console.diagnosis.finding import Case, Finding, note, ok, wrong
from services.console.journals import Shelf, shelves
from services.console.troubles import damaged

NETWORK = {
    "nfs",
    "nfs4",
    "cifs",
    "smb3",
    "smbfs",
    "afpfs",
    "9p",
    "ceph",
    "glusterfs",
    "lustre",
    "afs",
    "davfs",
    "webdav",
}
NETWORK |= {"vboxsf", "prl_fs", "virtiofs", "drvfs", "fuse.sshfs", "fuse.rclone", "fuse.s3fs", "fuse.glusterfs"}
"""File systems that other machines, or the host of a virtual one, hold: neither their locks nor their order of writing
can be relied upon."""
FLEETING = {"tmpfs", "ramfs"}
STARTS = 10**9
"""Longest number of a start."""
LEAST = 500_000_000
"""Bytes without which no day should begin."""
SOON, LATER = 3.0, 14.0
"""Days."""
AGES = 1000.0
RECENT = 7
"""Days that the rate is taken from."""
LOCAL = "move the project's folder to a disk of this machine"


def nearest(folder: Path) -> Path:
    """Return a folder, or the nearest one above it that is there."""
    return next(path for path in (folder, *folder.parents) if path.exists())


def file_system(folder: Path) -> str:
    """Return the kind of file system that a folder lies on; nothing where that is not known."""
    path = nearest(folder).resolve()
    mounts = {Path(mount.mountpoint): mount.fstype for mount in psutil.disk_partitions(all=True)}
    return next((mounts[each] for each in (path, *path.parents) if each in mounts), "")


def run_folder(case: Case) -> Iterator[Finding]:
    """Yield whether sockets can be made, and nobody else can look into them."""
    run = case.installation.run
    try:
        check_path(Place(run, max(service_names(), key=len), STARTS).socket("live"))
        if run.exists():
            make_private(run)
    except BadName as error:
        yield wrong(str(error), "set XDG_RUNTIME_DIR, or TMPDIR, to a folder with a short path")
        return
    except BadFolder as error:
        yield wrong(str(error), f"chmod 700 {run}, or remove it while nothing runs")
        return
    kind, above = file_system(run), nearest(run)
    if kind in NETWORK:
        yield wrong(f"{run} lies on {kind}", "set XDG_RUNTIME_DIR, or TMPDIR, to a folder of this machine")
    elif not os.access(above, os.W_OK | os.X_OK):
        yield wrong(f"{above} cannot be written", f"give {above} to {getpass.getuser()}")
    else:
        yield ok(f"{run} is private" if run.exists() else f"{run} can be made")


def journals(case: Case) -> Iterator[Finding]:
    """Yield whether what is said can be recorded."""
    folder = case.installation.journals
    kind = file_system(folder)
    if kind in NETWORK:
        yield wrong(f"they lie on {kind}, whose locks cannot be relied upon", LOCAL)
    if kind in FLEETING:
        yield note(f"they lie on {kind}, and are gone when the machine starts anew", LOCAL)
    yield from unwritable(nearest(folder))
    found = shelves(case.installation)
    for shelf in found:
        yield from ailing(folder, shelf)
    size = weight(sum(shelf.bytes for shelf in found))
    yield ok(f"{times(len(found), 'journal')}, {size}, on {kind or 'an unknown file system'}")


def unwritable(folder: Path) -> Iterator[Finding]:
    """Yield that nothing can be written into a folder; tries it."""
    try:
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        yield wrong(f"{folder} cannot be written: {error.strerror}", f"make {folder} a folder that you may write to")


def ailing(folder: Path, shelf: Shelf) -> Iterator[Finding]:
    """Yield what is wrong with a journal."""
    file = folder / f"{shelf.source}.db"
    if file.stat().st_uid != os.geteuid():
        yield wrong(f"{file} belongs to somebody else", f"sudo chown -R {getpass.getuser()} {folder}")
    for line in damaged([shelf]):
        if shelf.trouble:
            yield wrong(line, f"fantascope up, or move {file} away")
        else:
            yield note(line, "remove that file when you do not need it")


class Use(NamedTuple):
    """What an installation writes."""

    days: int
    """Of which there are assets."""
    daily: float
    """Bytes."""


def use_of(case: Case) -> Use:
    """Return what the last whole days took; today counts where there are no others."""
    assets = case.installation.folder / "assets"
    days = sorted(assets.glob("????-??-??"))
    recent = days[-RECENT - 1 : -1] or days
    made = sum(file.stat().st_size for day in recent for file in day.rglob("*") if file.is_file())
    said = sum(shelf.bytes / max(1.0, (shelf.newest - shelf.oldest) / 86_400) for shelf in shelves(case.installation))
    return Use(len(days), made / max(1, len(recent)) + said)


def disk(case: Case) -> Iterator[Finding]:
    """Yield how much room there is, and for how many days it lasts."""
    folder = case.installation.folder
    free = shutil.disk_usage(folder).free
    project = next((table.project for table in case.settings.tables.values()), None)
    keep = project.keep_days if project else 0
    use = use_of(case)
    lasts = free / use.daily if use.daily else float("inf")
    wanted = max(0, keep - use.days) if keep else LATER
    text = f"{weight(free)} are free"
    if use.daily:
        text += f"; {weight(use.daily)} a day: lasts {for_days(lasts)}, {kept(keep)}"
    cure = "make room, or lower keep_days under [project]"
    if free < LEAST or lasts < min(SOON, wanted):
        yield wrong(text, cure)
    elif lasts < wanted:
        yield note(text, cure)
    else:
        yield ok(text)


def for_days(days: float) -> str:
    """Return a number of days, as far as it matters."""
    return f"{days:.0f} days" if days < AGES else "for years"


def kept(days: int) -> str:
    """Return how long things are kept."""
    return f"{days} are kept" if days else "everything is kept"
