"""Makes a template and from it a new database: `python -m embedded.new_database PART TEMPLATE FILE`.

A job of the supervisor, in the environment of `treblle_<part>`, where there is neither yet.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path


def main() -> None:
    part, template, file = sys.argv[1], Path(sys.argv[2]), Path(sys.argv[3])
    template.parent.mkdir(parents=True, exist_ok=True)
    # Two systems may make it at once: each its own, and the last one stays.
    partial = template.with_suffix(f".{os.getpid()}")
    subprocess.run(
        [sys.executable, "-m", f"treblle_{part}", "migrate", "--no-input", "--verbosity=0"],
        env={**os.environ, "DATABASE_URL": f"sqlite:///{partial}"},
        check=True,
    )
    for older in template.parent.glob(f"{part}-*.db"):
        older.unlink(missing_ok=True)
    partial.replace(template)
    shutil.copy(template, file)


if __name__ == "__main__":
    main()
