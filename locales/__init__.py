"""The catalog tools: from texts in the code to catalogs that people translate, and from those to what the portal reads.

Run from the repository's root: `python -m locales COMMAND`; `commands` has the commands.
Nothing here is part of the installed portal.
"""
