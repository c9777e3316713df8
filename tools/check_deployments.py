#!/usr/bin/env python3
"""Fails where a file under `deploy/`, or docker-compose.yml, is not what its reader takes.

usage: check_deployments.py

No container engine, cluster or cloud is asked: hadolint reads the Dockerfile, the schemas of the
Compose specification and of Kubernetes and AWS's own linter read the rest.
"""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BIN = Path(sys.executable).parent
DEPLOY = ROOT / "deploy"
# Of kustomize, not of Kubernetes itself.
NO_RESOURCES = {"kustomization.yaml"}


def linters() -> list[list[str | Path]]:
    templates = sorted((DEPLOY / "aws").glob("*.yaml"))
    manifests = sorted((DEPLOY / "kubernetes").glob("*.yaml"))
    return [
        ["hadolint", DEPLOY / "Dockerfile"],
        [
            *("check-jsonschema", "--quiet", "--builtin-schema", "vendor.compose-spec"),
            ROOT / "docker-compose.yml",
        ],
        ["cfn-lint", *templates],
        [
            *("kubernetes-validate", "--strict", "--quiet"),
            *(path for path in manifests if path.name not in NO_RESOURCES),
        ],
    ]


def main() -> None:
    # cfn-lint would look for credentials and newer specifications; it needs neither.
    environment = os.environ | {"AWS_EC2_METADATA_DISABLED": "true"}
    failed = []
    for name, *words in linters():
        if subprocess.run([BIN / name, *words], env=environment).returncode:
            failed.append(str(name))
    if failed:
        sys.exit(f"not as they must be, says {', '.join(failed)}")


if __name__ == "__main__":
    main()
