"""The build: web app and compiled catalogs become hashed, precompressed files and one page per language."""
