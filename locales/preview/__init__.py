"""The preview: the real portal with a demo's people and Macs, in which each text says which line of a catalog it is.

Its law: the portal's code stays as it is. A proxy stands before a demo portal; it gives out catalogs in which each text
ends with its number in signs that nobody sees, and a script that reads them.
"""
