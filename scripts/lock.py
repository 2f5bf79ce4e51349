"""Writes every lock file anew: ``make lock``. No registry is named in them; each machine uses its own."""

import subprocess
import sys
from pathlib import Path

from scripts.setup import npm

ROOT = Path(__file__).resolve().parent.parent
COMPILE = [
    str(Path(sys.executable).with_name("uv")),
    *("pip", "compile", "--quiet", "--universal", "--python-version", "3.11"),
    *("--generate-hashes", "--no-emit-index-url", "--no-header", "--upgrade"),
]
LOCKS = {
    "runtime": ["pyproject.toml", "--group", "build"],
    "dev": [
        "pyproject.toml",
        "--group",
        "build",
        "--group",
        "dev",
        "--constraint",
        "requirements/runtime.txt",
    ],
    "bench": ["--group", "bench", "--constraint", "requirements/dev.txt"],
    "node": ["--group", "node"],
}


def main() -> int:
    """Locks for Python, then for the front end."""
    for name, sources in LOCKS.items():
        print(f"requirements/{name}.txt ...", flush=True)
        subprocess.run(
            [*COMPILE, *sources, "--output-file", f"requirements/{name}.txt"], cwd=ROOT, check=True
        )
    print("package-lock.json ...", flush=True)
    relock = ["update", "--package-lock-only", "--omit-lockfile-registry-resolved", "--no-audit", "--no-fund"]
    subprocess.run([*npm(), *relock], cwd=ROOT, check=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
