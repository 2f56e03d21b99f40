"""`python -m locales check`."""

import sys
from argparse import Namespace

from locales.checks import check
from locales.workshop import Workshop


def run(workshop: Workshop, _arguments: Namespace) -> int:
    """say what is wrong in the catalogs and what mends it"""
    findings = check(workshop.project, workshop.languages, workshop.sources)
    print(*findings, sep="\n", file=sys.stderr, end="\n" if findings else "")
    texts, languages = len(workshop.sources.messages), len(workshop.languages)
    print(f"{texts} texts in {languages} languages: {len(findings)} findings")
    return 1 if findings else 0
