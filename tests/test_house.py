"""The rules of docs/architecture.md that import-linter cannot see; a failure names file, line and rule."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import Model

from tests.house import PACKAGE, ROOT, Module, app_folders, modules, tracked_text

# The staircase, lowest first.
STEPS = ["ask", "link", "launch", "run", "evaluate"]
COMMONS = ["stations", "timebank", "canteens", "training", "fund", "circle"]
GROUND = ["journal", "places", "photos", "people", "ledger"]
HEIGHT = {label: height for height, label in enumerate(GROUND)}
HEIGHT |= dict.fromkeys(COMMONS, len(GROUND))
HEIGHT |= {label: len(GROUND) + 1 + step for step, label in enumerate(STEPS)}

FOLDERS = {
    "": {"web", "api", "loop", "commons", "ground", "kit", "engine", "commands", "demo", "locale"},
    "web": {"desk", "pocket", "home", "board", "public", "parts", "static"},
    "loop": set(STEPS),
    "commons": set(COMMONS),
    "ground": set(GROUND),
}
ORDER = ["choices", "models", "access", "queries", "actions", "admin"]
BESIDE = {"apps", "migrations", "management", "templatetags", "__init__"}
# Further modules, each with the one it stands directly below and why it is not in that module.
FURTHER = {
    ("photos", "storage"): "models",  # Django's storage class: where a photo loses its metadata
    ("people", "passwords"): "models",  # Django names password validators by their path in the settings
}
# Compiled kernels of the engine that may exceed 50 lines, each with its reason.
LONG_KERNELS: dict[str, str] = {}
MAX_MODULE, MAX_FUNCTION, MAX_SCRIPT = 400, 50, 100


def none(broken: list[str], rule: str) -> None:
    """Fail with every line that breaks the rule."""
    assert not broken, f"{rule}:\n  " + "\n  ".join(broken)


@cache
def house() -> tuple[Module, ...]:
    return tuple(modules("linli"))


def room(module: Module) -> str | None:
    """The label of the app a module belongs to, None outside the rooms."""
    parts = module.name.split(".")
    return parts[2] if len(parts) > 2 and parts[1] in {"loop", "commons", "ground"} else None


def our_models() -> list[type[Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("linli.")]


def test_every_folder_is_a_declared_room() -> None:
    broken = []
    for floor, allowed in FOLDERS.items():
        folder = PACKAGE / floor
        there = [path for path in folder.iterdir() if path.is_dir()] if folder.is_dir() else []
        broken += [
            path.relative_to(ROOT).as_posix()
            for path in there
            if path.name not in allowed | {"__pycache__"} and any(path.rglob("*.*"))
        ]
    none(broken, "undeclared folder (docs/architecture.md names the rooms)")


def test_apps_have_modules_of_the_known_names_only() -> None:
    broken = []
    for folder in app_folders():
        allowed = {*ORDER, *BESIDE, *(name for label, name in FURTHER if label == folder.name)}
        there = {
            path.stem for path in folder.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()
        }
        broken += [f"{folder.relative_to(ROOT).as_posix()}/{name}" for name in sorted(there - allowed)]
        if "models" not in there:
            broken.append(f"{folder.relative_to(ROOT).as_posix()}: no models")
    none(broken, f"apps hold {', '.join(ORDER)} and no others")


def level(label: str, name: str) -> float | None:
    """Where a module stands inside its app; None where it stands beside."""
    if name in ORDER:
        return ORDER.index(name)
    above = FURTHER.get((label, name))
    return ORDER.index(above) - 0.5 if above else None


def test_inside_an_app_imports_go_down() -> None:
    broken = []
    for module in house():
        label, parts = room(module), module.name.split(".")
        mine = level(label, parts[3]) if label and len(parts) > 3 else None
        if label is None or mine is None:
            continue
        prefix = ".".join(parts[:3])
        for node, name in module.imports():
            theirs = name.split(".")
            if ".".join(theirs[:3]) != prefix or len(theirs) < 4:
                continue
            height = level(label, theirs[3])
            if height is not None and height > mine:
                broken.append(f"{module.line(node)}: {parts[3]} imports {theirs[3]}")
    none(broken, f"inside an app: {' < '.join(ORDER)}")


def test_pages_and_api_know_neither_models_nor_the_ledger() -> None:
    broken = []
    for module in house():
        if not module.name.startswith(("linli.web", "linli.api")):
            continue
        for node, name in module.imports():
            models = re.match(r"linli\.(loop|commons|ground)\.\w+\.models\b", name)
            if models or name.startswith("linli.ground.ledger"):
                broken.append(f"{module.line(node)}: {name}")
            elif name.startswith("django.apps"):
                broken.append(f"{module.line(node)}: models by the back door, {name}")
    none(broken, "pages and API use access, queries, actions and choices only")


def test_only_the_ledger_touches_ledger_rows() -> None:
    broken = [
        f"{module.line(node)}: {name}"
        for module in house()
        if room(module) != "ledger"
        for node, name in module.imports()
        if name.startswith("linli.ground.ledger.models")
    ]
    none(broken, "the ledger's models belong to the ledger")


def test_foreign_keys_go_down_the_stairs() -> None:
    broken = []
    for model in our_models():
        here = HEIGHT.get(model._meta.app_label)
        for field in [*model._meta.fields, *model._meta.many_to_many]:
            other = field.related_model
            if not isinstance(other, type) or not other.__module__.startswith("linli."):
                continue
            there = HEIGHT.get(other._meta.app_label)
            same_app = other._meta.app_label == model._meta.app_label
            if here is None or there is None or (there >= here and not same_app):
                broken.append(f"{model._meta.label}.{field.name} -> {other._meta.label}")
    none(broken, "foreign keys point down the stairs")


def test_every_app_stands_on_the_stairs() -> None:
    labels = {model._meta.app_label for model in our_models()}
    assert sorted(labels - set(HEIGHT)) == []


def test_every_column_says_whether_it_is_personal() -> None:
    broken = []
    for model in our_models():
        marks = getattr(model, "MARKS", None)
        if marks is None or "MARKS" not in vars(model):
            broken.append(f"{model._meta.label}: no MARKS of its own")
            continue
        columns = {field.name for field in [*model._meta.concrete_fields, *model._meta.local_many_to_many]}
        personal, plain = set(marks.personal), set(marks.plain)
        broken += [f"{model._meta.label}.{name}: not marked" for name in sorted(columns - personal - plain)]
        broken += [
            f"{model._meta.label}.{name}: marked, no such column" for name in sorted(personal - columns)
        ]
        broken += [f"{model._meta.label}.{name}: marked, no such column" for name in sorted(plain - columns)]
        broken += [
            f"{model._meta.label}.{name}: both personal and plain" for name in sorted(personal & plain)
        ]
    none(broken, "every column is marked personal or plain in MARKS")


def test_modules_and_functions_stay_small() -> None:
    broken = []
    for module in [*house(), *modules("scripts", "bench")]:
        if len(module.lines) > MAX_MODULE:
            broken.append(f"{module.where}: {len(module.lines)} lines (at most {MAX_MODULE})")
        for node in module.functions():
            lines = (node.end_lineno or 0) - node.lineno + 1
            if lines > MAX_FUNCTION and f"{module.name}.{node.name}" not in LONG_KERNELS:
                broken.append(f"{module.line(node)} {node.name}: {lines} lines (at most {MAX_FUNCTION})")
    for path in sorted((PACKAGE / "web" / "static").rglob("*.js")):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > MAX_SCRIPT:
            broken.append(f"{path.relative_to(ROOT).as_posix()}: {lines} lines (at most {MAX_SCRIPT})")
    none(broken, "small enough to read")


def test_there_are_no_signals() -> None:
    broken = [
        f"{module.line(node)}: {name}"
        for module in house()
        for node, name in module.imports()
        if re.match(r"django\.(dispatch|[\w.]+\.signals)\b", name) or name.endswith(".signals")
    ]
    none(broken, "the later step calls the earlier one by name, without signals")


def test_no_rules_hide_in_save() -> None:
    broken = []
    for module in house():
        for node in ast.walk(module.tree):
            if not isinstance(node, ast.ClassDef):
                continue
            written = [part for part in node.body if isinstance(part, ast.FunctionDef)]
            names = {ast.unparse(part.targets[0]) for part in node.body if isinstance(part, ast.Assign)}
            of_a_model = "MARKS" in names or ".models" in module.name
            broken += [
                f"{module.line(part)}: {node.name}.{part.name}"
                for part in written
                if part.name in {"save", "delete"} and of_a_model
            ]
    none(broken, "rules live in actions and in the database, not in save()")


def hidden_imports(module: Module) -> list[str]:
    """Imports inside functions that give no reason."""
    inner = {
        node
        for function in module.functions()
        for node in ast.walk(function)
        if isinstance(node, ast.Import | ast.ImportFrom)
    }
    return [module.line(node) for node in inner if not module.reasoned(node)]


def test_no_import_hides_in_a_function() -> None:
    broken = []
    for module in [*house(), *modules("scripts", "bench", "tests")]:
        broken += hidden_imports(module)
    none(sorted(broken), "imports stand at the top (or say `# why: ` on the line)")


def moves_a_state(node: ast.AST) -> bool:
    """Whether a node writes a ``state``: by assignment, setattr or a queryset's update."""
    if isinstance(node, ast.Assign):
        targets = [part for target in node.targets for part in ast.walk(target)]
    else:
        targets = [node.target] if isinstance(node, ast.AugAssign | ast.AnnAssign) else []
    if any(isinstance(part, ast.Attribute) and part.attr == "state" for part in targets):
        return True
    if not isinstance(node, ast.Call):
        return False
    if isinstance(node.func, ast.Attribute) and node.func.attr == "update":
        return any(keyword.arg == "state" for keyword in node.keywords)
    return ast.unparse(node.func) == "setattr" and "'state'" in ast.unparse(node)


def test_only_actions_move_a_state() -> None:
    broken = []
    for module in house():
        parts = module.name.split(".")
        rowless = module.name.startswith("linli.engine")
        if rowless or (room(module) and len(parts) > 3 and parts[3] == "actions"):
            continue
        broken += [module.line(node) for node in ast.walk(module.tree) if moves_a_state(node)]
    none(broken, "states move in actions only")


def test_lock_files_name_no_registry() -> None:
    broken = []
    for path in [*sorted((ROOT / "requirements").glob("*.txt")), ROOT / "package-lock.json"]:
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            flags = re.match(r"\s*(--(extra-)?index-url|-i\b|--find-links|-f\b|--trusted-host)", line)
            address = re.search(r'"resolved"|[a-z+]+://', line) and "github.com/sponsors" not in line
            funding = re.search(r'"url": "https://(opencollective\.com|github\.com/sponsors)/', line)
            if flags or (address and not funding):
                broken.append(f"{path.relative_to(ROOT).as_posix()}:{number}: {line.strip()}")
    none(broken, "each machine uses its own registry")


def test_every_python_package_is_locked_by_hash() -> None:
    for path in sorted((ROOT / "requirements").glob("*.txt")):
        blocks = re.split(r"\n(?=\S)", path.read_text(encoding="utf-8").strip())
        bare = [block.split("\n")[0] for block in blocks if "--hash=sha256:" not in block]
        none(bare, f"{path.name}: hash missing")


def test_nothing_is_left_to_do() -> None:
    word = "TO" + "DO"
    broken = [
        f"{name}:{number}"
        for name, text in tracked_text()
        for number, line in enumerate(text.splitlines(), 1)
        if re.search(rf"\b({word}|FIX{'ME'}|XX{'X'})\b", line) and not Path(name).name.endswith("-lock.json")
    ]
    none(broken, "what is left to do stands in an issue")


@pytest.mark.parametrize(
    ("source", "hidden"),
    [
        ("def f():\n    import os\n", 1),
        ("class A:\n    def g(self):\n        def h():\n            from os import path\n", 1),
        ("def f():\n    import torch  # why: two seconds that only training needs\n", 0),
        ("import os\ndef f():\n    return os\n", 0),
    ],
)
def test_the_reader_sees_hidden_imports(source: str, hidden: int) -> None:
    module = Module(PACKAGE / "not_there.py")
    vars(module).update(text=source)  # as if it had been read
    assert len(hidden_imports(module)) == hidden


def test_the_reader_resolves_relative_imports() -> None:
    module = Module(PACKAGE / "loop" / "ask" / "actions.py")
    for line, full in [
        ("from . import models", "linli.loop.ask.models"),
        ("from .models import Need", "linli.loop.ask.models.Need"),
        ("from ..link import actions", "linli.loop.link.actions"),
    ]:
        node = ast.parse(line).body[0]
        assert isinstance(node, ast.ImportFrom)
        assert f"{module.absolute(node)}.{node.names[0].name}" == full
