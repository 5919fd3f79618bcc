"""Names met lately."""


class Recent:
    """Remembers the newest few of what was added."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.names: dict[str, None] = {}

    def add(self, name: str) -> bool:
        """Remember a name; return whether it is new. The empty name is always new."""
        if not name:
            return True
        new = name not in self.names
        self.names[name] = None
        if len(self.names) > self.size:
            del self.names[next(iter(self.names))]
        return new

    def discard(self, name: str) -> None:
        """Forget a name."""
        self.names.pop(name, None)

    def __contains__(self, name: str) -> bool:
        return name in self.names
