"""Finds the few files we serve of each front-end library; what else a package brings stays where it is."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib.staticfiles.finders import BaseFinder
from django.core.checks import CheckMessage, Error
from django.core.files.storage import FileSystemStorage

# address under /static/ -> file under node_modules
LIBRARIES = {
    "lib/bootstrap/bootstrap.min.css": "bootstrap/dist/css/bootstrap.min.css",
    "lib/htmx/htmx.min.js": "htmx.org/dist/htmx.min.js",
    "lib/echarts/echarts.simple.min.js": "echarts/dist/echarts.simple.min.js",
}


class LibraryStorage(FileSystemStorage):
    """The folder of npm packages, seen through our own addresses."""

    def path(self, name: str) -> str:
        """Where the file lies."""
        return str(Path(settings.NODE) / LIBRARIES.get(str(name).replace("\\", "/"), str(name)))


class LibraryFinder(BaseFinder):  # type: ignore[misc]
    """The static files of ``LIBRARIES``."""

    def __init__(self, *_args: Any, **_more: Any) -> None:
        self.storage = LibraryStorage(location=settings.NODE)

    def check(self, **_more: Any) -> list[CheckMessage]:
        """Whether set-up has brought every library."""
        missing = [name for name in LIBRARIES if not Path(self.storage.path(name)).is_file()]
        return (
            [Error(f"front-end libraries are missing ({', '.join(missing)}): run make setup")]
            if missing
            else []
        )

    def find(self, path: str, find_all: bool = False, **_more: Any) -> Any:  # type: ignore[override]
        """The file behind an address."""
        found = self.storage.path(path) if path in LIBRARIES else ""
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns: Iterable[str] | None) -> Iterator[tuple[str, FileSystemStorage]]:
        """All of them."""
        for name in LIBRARIES:
            yield name, self.storage
