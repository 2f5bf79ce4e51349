"""``linli serve``: the web server of the product, with the worker beside it unless told otherwise."""

import argparse
import os
import subprocess
import sys
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connections
from gunicorn.app.base import BaseApplication
from gunicorn.util import import_app

from linli.ground.people.actions import begin_set_up
from linli.ground.people.queries import needs_set_up
from linli.kit import clock


def options(sub: argparse.ArgumentParser) -> None:
    """--port, --host, --no-worker."""
    sub.add_argument("--port", type=int, default=8000)
    sub.add_argument("--host", default="127.0.0.1", help="0.0.0.0 to be reached from outside (behind HTTPS)")
    sub.add_argument("--no-worker", action="store_true", help="do not start the worker beside the web server")


class Server(BaseApplication):  # type: ignore[misc]
    """Gunicorn with our application, loaded once the static files are in place."""

    def __init__(self, values: dict[str, Any]) -> None:
        self.values = values
        super().__init__()

    def load_config(self) -> None:
        """Take our values."""
        for key, value in self.values.items():
            self.cfg.set(key, value)

    def load(self) -> Any:
        """The WSGI application."""
        return import_app("linli.wsgi:application")


def prepare() -> None:
    """Bring tables and static files up to date."""
    settings.LINLI_DATA.mkdir(parents=True, exist_ok=True)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.WHITENOISE_USE_FINDERS = False


def run(chosen: argparse.Namespace) -> int:
    """Serve until stopped; on a fresh house print the one-time set-up link first."""
    prepare()
    if needs_set_up():
        token = begin_set_up(now=clock.now())
        print(
            f"Nobody can log in yet. Open this once, within 24 hours:\n  http://{chosen.host}:{chosen.port}/setup/{token}/"
        )
    return serve(chosen.host, chosen.port, worker=not chosen.no_worker)


def serve(host: str, port: int, *, worker: bool) -> int:
    """Run gunicorn in this process and the worker in another; both end together."""
    connections.close_all()
    helper = (
        subprocess.Popen([sys.executable, "-m", "linli.cli", "worker"], env=os.environ.copy())
        if worker
        else None
    )
    try:
        Server(
            {
                "bind": f"{host}:{port}",
                "workers": 2,
                "threads": 4,
                "worker_class": "gthread",
                "preload_app": True,
                "timeout": 60,
                "graceful_timeout": 5,
                "accesslog": None,
                "loglevel": "warning",
                "proc_name": "linli",
                "control_socket_disable": True,
            }
        ).run()
    finally:
        if helper:
            helper.terminate()
            helper.wait(timeout=10)
    return 0
