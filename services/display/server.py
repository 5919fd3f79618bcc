"""The web server, as an actor runs one: on a socket that is already ours, ended by cancelling it."""

import contextlib
import errno
import socket
from collections.abc import Iterator

import anyio
import uvicorn
from anyio.abc import TaskStatus
from starlette.types import ASGIApp

from services.actor.run import Failure

LARGEST_FRAME = 65_536


def listen(host: str, port: int) -> socket.socket:
    """Return a listening socket. Raise Failure, in one line with its cure, when the address is not to be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=128)
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Failure(
                f"port {port} of {host} is used by another program: end it, or set another `port` under [display]"
            ) from error
        reason = error.strerror or str(error)
        raise Failure(
            f"cannot serve the page on {host} port {port} (`host` and `port` under [display]): {reason}"
        ) from error


def address_of(listener: socket.socket, host: str) -> str:
    """Return what to type into a browser on this machine."""
    names = {"0.0.0.0": "127.0.0.1", "::": "localhost", "::1": "[::1]"}  # noqa: S104  # nosec B104
    return f"http://{names.get(host, host)}:{listener.getsockname()[1]}/"


class Server(uvicorn.Server):
    """Leaves signals to the process."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


async def run_server(
    app: ASGIApp, listener: socket.socket, *, task_status: TaskStatus[None] = anyio.TASK_STATUS_IGNORED
) -> None:
    """Serve until cancelled, then close every connection in good order."""
    server = Server(
        uvicorn.Config(
            app,
            http="h11",
            ws="websockets-sansio",
            ws_max_size=LARGEST_FRAME,
            ws_ping_interval=15.0,
            ws_ping_timeout=15.0,
            ws_per_message_deflate=False,
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            limit_concurrency=512,
            timeout_graceful_shutdown=1,
        )
    )
    # The socket listens already: whoever connects from here on is answered.
    task_status.started()
    try:
        await server.serve(sockets=[listener])
    except anyio.get_cancelled_exc_class():
        with anyio.CancelScope(shield=True):
            if server.started:
                await server.shutdown(sockets=[listener])
        raise
