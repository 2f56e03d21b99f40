"""The HTTP interface, and the static web app in front of it."""
