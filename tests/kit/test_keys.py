"""Keys that the first run makes: whole, private, and one for everybody who starts at the same moment."""

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

from linli.keys import kept


def test_whoever_starts_first_makes_the_key_and_everybody_has_it(tmp_path: Path) -> None:
    many, folder = 8, tmp_path / "keys"
    start, real, looked = threading.Barrier(many), Path.exists, threading.local()

    def exists(path: Path) -> bool:
        found = real(path)
        if path.name == "linli_some_key" and not getattr(looked, "once", False):
            looked.once = True
            start.wait(10)  # all have looked before anybody writes
        return found

    with patch.object(Path, "exists", exists), ThreadPoolExecutor(many) as pool:
        found = set(pool.map(lambda _: kept("LINLI_SOME_KEY", folder, "text"), range(many)))
    (key,) = found
    assert len(key) > 50
    assert [path.name for path in folder.iterdir()] == ["linli_some_key"]
    assert (folder / "linli_some_key").stat().st_mode & 0o777 == 0o600
