"""The rules that each text keeps, a small class each.

`locales.entry_checks` lists them, docs/translation-checks.md explains them.
"""
