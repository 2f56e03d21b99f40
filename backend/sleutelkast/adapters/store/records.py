"""A transaction, as the use cases see it: one collection per kind of record."""

from __future__ import annotations

from functools import cached_property

from sqlalchemy import Connection

from sleutelkast.adapters.store.audit import SqlAudit
from sleutelkast.adapters.store.deposits import SqlAnswers, SqlCommands, SqlDeposits
from sleutelkast.adapters.store.devices import SqlChecks, SqlDevices, SqlNotices, SqlRequests
from sleutelkast.adapters.store.escrow import SqlIdentities, SqlVersions
from sleutelkast.adapters.store.journal import Page
from sleutelkast.adapters.store.mails import SqlMails
from sleutelkast.adapters.store.passkeys import SqlChallenges, SqlPasskeys
from sleutelkast.adapters.store.passwords import SqlPasswordLinks
from sleutelkast.adapters.store.people import SqlPeople, SqlSessions
from sleutelkast.adapters.store.tokens import SqlTokens
from sleutelkast.adapters.store.work_accounts import SqlAttempts, SqlLogoutTokens, SqlWorkAccounts


class Records:
    """`Transaction` on one database connection."""

    def __init__(self, connection: Connection, page: Page) -> None:
        self.connection = connection
        self._page = page

    @cached_property
    def people(self) -> SqlPeople:
        return SqlPeople(self.connection)

    @cached_property
    def sessions(self) -> SqlSessions:
        return SqlSessions(self.connection)

    @cached_property
    def password_links(self) -> SqlPasswordLinks:
        return SqlPasswordLinks(self.connection)

    @cached_property
    def work_accounts(self) -> SqlWorkAccounts:
        return SqlWorkAccounts(self.connection)

    @cached_property
    def attempts(self) -> SqlAttempts:
        return SqlAttempts(self.connection)

    @cached_property
    def logout_tokens(self) -> SqlLogoutTokens:
        return SqlLogoutTokens(self.connection)

    @cached_property
    def passkeys(self) -> SqlPasskeys:
        return SqlPasskeys(self.connection)

    @cached_property
    def challenges(self) -> SqlChallenges:
        return SqlChallenges(self.connection)

    @cached_property
    def devices(self) -> SqlDevices:
        return SqlDevices(self.connection)

    @cached_property
    def deposits(self) -> SqlDeposits:
        return SqlDeposits(self.connection)

    @cached_property
    def commands(self) -> SqlCommands:
        return SqlCommands(self.connection)

    @cached_property
    def answers(self) -> SqlAnswers:
        return SqlAnswers(self.connection)

    @cached_property
    def versions(self) -> SqlVersions:
        return SqlVersions(self.connection)

    @cached_property
    def notices(self) -> SqlNotices:
        return SqlNotices(self.connection)

    @cached_property
    def mails(self) -> SqlMails:
        return SqlMails(self.connection)

    @cached_property
    def checks(self) -> SqlChecks:
        return SqlChecks(self.connection)

    @cached_property
    def requests(self) -> SqlRequests:
        return SqlRequests(self.connection)

    @cached_property
    def identities(self) -> SqlIdentities:
        return SqlIdentities(self.connection)

    @cached_property
    def tokens(self) -> SqlTokens:
        return SqlTokens(self.connection)

    @cached_property
    def audit(self) -> SqlAudit:
        return SqlAudit(self.connection, self._page)
