"""Reads settings from the environment, each also in its ``_FILE`` form, and keeps keys made on the first run."""

import base64
import os
import secrets
from contextlib import suppress
from pathlib import Path
from tempfile import NamedTemporaryFile


class Misconfigured(Exception):
    """The environment says something the product cannot run with; the words name the variable."""


def read(name: str, default: str = "") -> str:
    """The value of ``name``, or the contents of the file that ``name_FILE`` points to, or ``default``."""
    if path := os.environ.get(f"{name}_FILE"):
        try:
            return Path(path).read_text(encoding="utf-8").strip()
        except OSError as error:
            raise Misconfigured(
                f"{name}_FILE points to {path}, which cannot be read: {error.strerror}"
            ) from error
    return os.environ.get(name, default)


def kept(name: str, folder: Path, make: str) -> str:
    """``read(name)``, else a key kept in ``folder`` with mode 600, made by the first run that needs it."""
    if value := read(name):
        return value
    path = folder / name.lower()
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = new_field_key() if make == "field" else secrets.token_urlsafe(50)
        with NamedTemporaryFile("w", dir=folder, encoding="utf-8") as file:  # mode 600
            file.write(made + "\n")
            file.flush()
            with suppress(FileExistsError):  # another process was first: its key is the key
                os.link(file.name, path)
    return path.read_text(encoding="utf-8").strip()


def new_field_key(key_id: str = "k1") -> str:
    """A fresh key for private columns in the form LINLI_FIELD_KEYS wants: ``id:base64-of-32-bytes``."""
    return f"{key_id}:{base64.b64encode(secrets.token_bytes(32)).decode()}"


def flag(name: str, default: bool = False) -> bool:
    """A yes-or-no variable: 1, true, yes and on are yes."""
    value = read(name)
    return value.lower() in {"1", "true", "yes", "on"} if value else default
