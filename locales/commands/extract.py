"""`python -m locales extract`."""

from argparse import Namespace

from locales.update import write_template
from locales.workshop import Workshop


def run(workshop: Workshop, _arguments: Namespace) -> int:
    """write portal.pot from the texts in the code"""
    changed = write_template(workshop.project, workshop.sources)
    print(f"portal.pot: {len(workshop.sources.messages)} texts{'' if changed else ', unchanged'}")
    return 0
