"""`python -m locales compile`."""

from argparse import Namespace

from locales.compilation import compile_catalogs
from locales.workshop import Workshop


def run(workshop: Workshop, _arguments: Namespace) -> int:
    """write what the server and the web read, the pseudo-languages included"""
    compile_catalogs(workshop.project, workshop.languages, workshop.sources)
    return 0
