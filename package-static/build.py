"""Builds the static site: `python package-static/build.py`. Steps whose sources did not change are left out."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from sitebuild.main import main

if __name__ == "__main__":
    sys.exit(main())
