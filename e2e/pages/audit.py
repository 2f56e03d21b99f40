"""Audit log: who did what, for auditors."""

from __future__ import annotations

from playwright.sync_api import Locator, expect

from e2e.pages.part import Part
from e2e.portal import Owner


class AuditPage(Part):
    @property
    def entries(self) -> Locator:
        """The rows of the table, without those of the days."""
        return self.page.locator(".audit-entry")

    def is_there(self) -> None:
        self.title_is("Audit log")
        expect(self.entries.first).to_be_visible()

    def field(self, label: str) -> Locator:
        return self.page.get_by_label(self.says(label), exact=True)

    def searches(self, **filters: str) -> None:
        """Each filter by the English of its label, with blanks written as `_`."""
        for name, value in filters.items():
            field = self.field(name.replace("_", " "))
            if field.evaluate("element => element.tagName") == "SELECT":
                field.select_option(value)
            else:
                field.fill(value)
        self.button("Show entries").click()

    def shows(self, owner: Owner, action: str) -> Locator:
        """The newest entry of what this person did."""
        row = self.entries.filter(has_text=owner.username).filter(has_text=self.says(action)).first
        expect(row).to_be_visible()
        return row
