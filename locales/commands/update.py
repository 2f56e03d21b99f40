"""`python -m locales update`."""

from argparse import Namespace

from locales.commands import extract
from locales.update import write_catalogs
from locales.workshop import Workshop


def run(workshop: Workshop, arguments: Namespace) -> int:
    """extract, then bring each language's portal.po up to it: new texts empty, dropped texts gone"""
    extract.run(workshop, arguments)
    changed = write_catalogs(workshop.project, workshop.languages, workshop.sources)
    print(f"changed: {', '.join(changed) or 'none'}")
    return 0
