"""The yardstick: the same server, threads and durability, doing nothing but one SQLite insert for each request."""

from __future__ import annotations

import os
import sqlite3
import sys
import threading

from flask import Flask, Response, request
from granian import Granian
from granian.constants import HTTPModes, Interfaces

from sleutelkast.http.reception import Reception

DATABASE = "BENCH_DATABASE"


def reception() -> Reception:
    """The bare application behind the portal's own reception, with as many threads as the second argument says."""
    return Reception(app(), int(sys.argv[2]))


def app() -> Flask:
    """One route that keeps the body of a request, committed to disk before it answers."""
    bare = Flask("bare")
    mine = threading.local()
    turn = threading.Lock()
    _connect().execute("CREATE TABLE IF NOT EXISTS kept (id INTEGER PRIMARY KEY, body BLOB NOT NULL)")

    @bare.post("/")
    def keep() -> Response:
        if not hasattr(mine, "connection"):
            mine.connection = _connect()
        body = request.get_data(cache=False)
        with turn:
            mine.connection.execute("BEGIN IMMEDIATE")
            mine.connection.execute("INSERT INTO kept (body) VALUES (?)", (body,))
            mine.connection.execute("COMMIT")
        return Response("{}", 202, content_type="application/json")

    @bare.get("/healthz")
    def healthz() -> str:
        return "ok"

    return bare


def _connect() -> sqlite3.Connection:
    """As the portal's store opens its database."""
    connection = sqlite3.connect(os.environ[DATABASE], isolation_level=None, check_same_thread=False)
    for pragma in ("busy_timeout=15000", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def main() -> None:
    """Serve on the port of the first argument with as many threads as the second says."""
    Granian(
        "bench.bare:reception",
        factory=True,
        port=int(sys.argv[1]),
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        websockets=False,
    ).serve()


if __name__ == "__main__":
    main()
