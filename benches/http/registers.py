"""Made-up registers of any size, loaded once for all that is measured on them."""

import json
import os
import subprocess
import time
from pathlib import Path


class Register:
    """A package of so many measures in a folder, and the register that it was loaded into."""

    def __init__(self, binary: Path, folder: Path, measures: int):
        self.measures = measures
        self.package, self.file = folder / f"package-{measures}", folder / f"register-{measures}.sqlite"
        note = folder / f"register-{measures}.json"
        if not note.exists():
            for old in folder.glob(f"{self.file.name}*"):
                old.unlink()
            folder.mkdir(parents=True, exist_ok=True)
            subprocess.run([binary, "generate", "--measures", str(measures), self.package], check=True, stdout=subprocess.DEVNULL)
            note.write_text(json.dumps(self.load(binary)))
        self.loaded = json.loads(note.read_text())

    def load(self, binary: Path) -> dict[str, float]:
        """What the load takes: rows of all files, seconds, and MB at most."""
        rows = 0
        for file in self.package.glob("*.csv"):
            with file.open("rb") as lines:
                rows += sum(1 for _ in lines) - 1  # generated cells have no line breaks
        began = time.monotonic()
        command = [binary, "load", self.package, "--database", f"sqlite://{self.file}"]
        process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SystemExit(f"the load of {self.package} ended with {process.returncode}")
        return {"rows": rows, "seconds": time.monotonic() - began, "memory": usage.ru_maxrss / 1024}
