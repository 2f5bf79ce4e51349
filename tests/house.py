"""How test_house.py reads the house: its modules, their syntax trees, what they import."""

import ast
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "linli"


@dataclass(frozen=True)
class Module:
    """One Python file, read once."""

    path: Path

    @property
    def where(self) -> str:
        """Its path as a person would write it."""
        return self.path.relative_to(ROOT).as_posix()

    @property
    def name(self) -> str:
        """Its dotted name."""
        parts = list(self.path.relative_to(ROOT).with_suffix("").parts)
        return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)

    @cached_property
    def text(self) -> str:
        return self.path.read_text(encoding="utf-8")

    @cached_property
    def lines(self) -> list[str]:
        return self.text.splitlines()

    @cached_property
    def tree(self) -> ast.Module:
        return ast.parse(self.text, filename=self.where)

    def line(self, node: ast.AST) -> str:
        """``path:line`` of a node, for the message."""
        return f"{self.where}:{getattr(node, 'lineno', 0)}"

    def reasoned(self, node: ast.stmt) -> bool:
        """Whether the line says why it breaks a rule: ``# why: ...``."""
        last = node.end_lineno or node.lineno
        return any("# why: " in line for line in self.lines[node.lineno - 1 : last])

    def functions(self) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
        """Every function and method, nested ones too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                yield node

    def imports(self) -> Iterator[tuple[ast.stmt, str]]:
        """Every import with the full dotted names it may mean: ``from a.b import c`` gives a.b and a.b.c."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield node, alias.name
            elif isinstance(node, ast.ImportFrom):
                base = self.absolute(node)
                yield node, base
                for alias in node.names:
                    yield node, f"{base}.{alias.name}"

    def absolute(self, node: ast.ImportFrom) -> str:
        """The module an import-from names, relative ones resolved."""
        if not node.level:
            return node.module or ""
        parts = self.name.split(".")
        up = node.level - 1 if self.path.name == "__init__.py" else node.level
        return ".".join([*parts[: len(parts) - up], *([node.module] if node.module else [])])


def modules(*folders: str, migrations: bool = False) -> list[Module]:
    """The Python files of some folders of the repository, all of linli without any."""
    found: list[Module] = []
    for folder in folders or ("linli",):
        paths = sorted((ROOT / folder).rglob("*.py"))
        found += [Module(path) for path in paths if migrations or "migrations" not in path.parts]
    return found


def app_folders() -> list[Path]:
    """Every Django app of the rooms: a folder with an apps.py under loop, commons or ground."""
    return sorted(
        path.parent for floor in ("loop", "commons", "ground") for path in (PACKAGE / floor).glob("*/apps.py")
    )


def tracked_names() -> list[str]:
    """Every file git knows or would add; without git, every file of the source folders."""
    if shutil.which("git"):
        listing = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
        done = subprocess.run(listing, cwd=ROOT, capture_output=True, check=False)
        if done.returncode == 0:
            return [name for name in done.stdout.decode().split("\0") if name]
    folders = ("linli", "tests", "scripts", "bench", "docs")
    return [path.relative_to(ROOT).as_posix() for folder in folders for path in (ROOT / folder).rglob("*")]


def tracked_text() -> Iterator[tuple[str, str]]:
    """Every text file of the repository, as (path, text)."""
    for name in tracked_names():
        path = ROOT / name
        if path.is_file() and b"\0" not in (data := path.read_bytes()):
            yield name, data.decode("utf-8", errors="replace")
