"""Runs npm in the web app's folder, on the Node that builds it: `python package-static/npm.py run check`."""

import subprocess  # nosec B404
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sitebuild.bundle import node_environment
from sitebuild.site import PORTAL_SITE

from locales.node import NodeMissingError, find_node, find_npm


def main() -> int:
    try:
        node = find_node()
        command = [node, find_npm(node), *sys.argv[1:]]
    except NodeMissingError as error:
        print(error, file=sys.stderr)
        return 1
    return subprocess.run(command, cwd=PORTAL_SITE.web, env=node_environment(node), check=False).returncode  # nosec B603


if __name__ == "__main__":
    sys.exit(main())
