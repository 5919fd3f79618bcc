"""What a backend is, and how a line of TOML finds one."""

import hashlib
import importlib.util
import inspect
import pkgutil
import sys
import typing
from collections.abc import Iterator, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, ClassVar, Protocol, Self

import msgspec

from services.actor.errors import Unavailable
from services.actor.near import near
from services.actor.needs import Need
from services.actor.positions import KeyPath
from services.actor.secrets import hide
from services.actor.toml import Hook, TomlFile

ENTRY_POINTS = "fantascope.backends"


class Backend(Protocol):
    """One way to do a service's job. Its constructor takes its config and does nothing; the service's verb is its own.

    `__aenter__` loads and warms up, or raises Unavailable with the cure in its message. One that uses a model says
    which in attributes `model` and `version`; they go into every reply.
    """

    name: str
    capabilities: frozenset[str]

    async def __aenter__(self) -> Self: ...

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None: ...


class BackendConfig(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="use"):
    """Base of every backend's settings. The struct tag is the name written after `use =`."""

    factory: ClassVar[str] = ""
    """`module:Class` of the backend; imported only when the backend is opened."""

    def needs(self) -> tuple[Need, ...]:
        """Return what it needs of the machine beside the core, looked for now; `services.actor.needs` makes them."""
        return ()


class Backends(Sequence[BackendConfig]):
    """The backends of a service in order of preference. Each service names those it brings: `known=(...)`."""

    known: ClassVar[tuple[type[BackendConfig], ...]] = ()

    def __init_subclass__(cls, *, known: tuple[type[BackendConfig], ...] = (), **rest: Any) -> None:
        super().__init_subclass__(**rest)
        cls.known = known

    def __init__(self, configs: Sequence[BackendConfig]) -> None:
        self.configs = tuple(configs)

    @typing.overload
    def __getitem__(self, index: int) -> BackendConfig: ...

    @typing.overload
    def __getitem__(self, index: slice) -> tuple[BackendConfig, ...]: ...

    def __getitem__(self, index: int | slice) -> BackendConfig | tuple[BackendConfig, ...]:
        return self.configs[index]

    def __len__(self) -> int:
        return len(self.configs)

    def __iter__(self) -> Iterator[BackendConfig]:
        return iter(self.configs)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.configs!r})"

    @classmethod
    def decode(cls, file: TomlFile, data: object, at: KeyPath, hook: Hook) -> Self:
        """Return the tables of `data`, which stands at `at` in `file`, as settings. Raise ConfigError."""
        if not isinstance(data, list) or not data:
            raise file.error(at, "must be one or more tables, each with a `use`")
        return cls([cls._decode_one(file, entry, (*at, index), hook) for index, entry in enumerate(data)])

    @classmethod
    def _decode_one(cls, file: TomlFile, entry: object, at: KeyPath, hook: Hook) -> BackendConfig:
        use = entry.get("use") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(use, str):
            raise file.error(at, "needs `use`, the name of a backend")
        kinds = {tag_of(kind): kind for kind in cls.known}
        if use in kinds:
            return file.convert(kinds[use], data=entry, at=at, hook=hook)
        kind = cls._brought(file, use, at, kinds)
        return file.convert(kind, data={**entry, "use": tag_of(kind)}, at=at, hook=hook)

    @staticmethod
    def _brought(file: TomlFile, use: str, at: KeyPath, kinds: dict[str, type[BackendConfig]]) -> type[BackendConfig]:
        """Return the settings class of a backend that the project or an installed package brings."""
        at = (*at, "use")
        if ":" not in use:
            from importlib.metadata import entry_points  # noqa: PLC0415 -- slow to load, and seldom needed

            entries = entry_points(group=ENTRY_POINTS, name=use)
            if not entries:
                known = [*kinds, *(entry.name for entry in entry_points(group=ENTRY_POINTS))]
                raise file.error(at, f"no backend is called {use!r}{near(use, known)}; there is {', '.join(known)}")
            use = next(iter(entries)).value
        try:
            return brought(use, file.path.parent)
        except Unusable as error:
            raise file.error(at, str(error)) from error


def tag_of(kind: type[BackendConfig]) -> str:
    """Return the name by which TOML calls a backend."""
    return str(kind.__struct_config__.tag)


class Unusable(Exception):
    """Raised when a project or a package brings no backend under the name that was written."""


def brought(use: str, folder: Path) -> type[BackendConfig]:
    """Return the settings class of `file.py:Class` in a project's folder, or of `module:Class`, which is loaded now."""
    try:
        factory = resolvable(use, folder)
        kind = settings_of(pkgutil.resolve_name(factory))
    except (ImportError, AttributeError, ValueError, TypeError, OSError, SyntaxError) as error:
        raise Unusable(f"{use!r} cannot be used: {hide(str(error))}") from error
    except Exception as error:  # a file of the project's own may raise anything while it is loaded
        raise Unusable(f"{use!r} cannot be used: {type(error).__name__}: {hide(str(error))}") from error
    if not kind.factory:
        kind.factory = factory
    return kind


def resolvable(use: str, folder: Path) -> str:
    """Return `use` as `module:Class`; `file.py:Class` means a file in the project's folder, which is loaded now."""
    source, _, name = use.partition(":")
    if not source.endswith(".py"):
        return use
    path = folder / source
    module_name = f"fantascope_project_{hashlib.sha256(str(path).encode()).hexdigest()[:12]}"
    spec = importlib.util.spec_from_file_location(module_name, path)
    if spec is None or spec.loader is None:
        raise ImportError(f"{path} is no Python file")
    sys.modules[module_name] = module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return f"{module_name}:{name}"


def settings_of(backend: Any) -> type[BackendConfig]:
    """Return the settings class that a backend's constructor takes. Raise TypeError when it takes none."""
    if not isinstance(backend, type):
        raise TypeError("it is no class")
    hints = typing.get_type_hints(inspect.getattr_static(backend, "__init__"))
    kinds = [kind for name, kind in hints.items() if name != "return"]
    if not kinds or not (isinstance(kinds[0], type) and issubclass(kinds[0], BackendConfig)):
        raise TypeError("its constructor must take one BackendConfig, with its type written")
    return kinds[0]


def build(config: BackendConfig) -> Any:
    """Return the backend of a config, its module imported now. Raise Unavailable when that is impossible."""
    try:
        return pkgutil.resolve_name(config.factory)(config)
    except ImportError as error:
        missing = f"the package {error.name!r}" if error.name else str(error)
        raise Unavailable(f"{tag_of(type(config))} needs {missing}, which is not installed") from error
