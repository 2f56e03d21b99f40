"""Pictures of every page in every language, and a site to look at them: `python -m e2e.gallery`."""
