"""No sign is drawn as a box: for each there is a font."""

from __future__ import annotations

from playwright.sync_api import Page

_BOXES = r"""() => {
  const canvas = new OffscreenCanvas(48, 48);
  const pen = canvas.getContext("2d", { willReadFrequently: true });
  pen.font = `24px ${getComputedStyle(document.body).fontFamily}`;
  const drawn = (sign) => {
    pen.clearRect(0, 0, 48, 48);
    pen.fillText(sign, 4, 36);
    return pen.getImageData(0, 0, 48, 48).data.join();
  };
  // Signs that Unicode has not given a meaning, so that no font has them.
  const boxes = new Set(["\u0378", "\u2fe0", "\u{1fffe}"].map(drawn));
  const known = (window.drawnSigns ??= new Set());
  const fields = [...document.querySelectorAll("input, textarea")].flatMap((field) => [field.value, field.placeholder]);
  const fresh = new Set([document.body.innerText, ...fields].join("").match(/[\p{L}\p{N}\p{P}\p{S}]/gu));
  const missing = [...fresh].filter((sign) => !known.has(sign) && boxes.has(drawn(sign)));
  if (missing.length === 0) fresh.forEach((sign) => known.add(sign));
  return missing;
}"""


def signs_without_a_font(page: Page) -> list[str]:
    """The signs on the page that this machine can't draw."""
    found: list[str] = page.evaluate(_BOXES)
    return found


def assert_every_sign_is_drawn(page: Page) -> None:
    missing = signs_without_a_font(page)
    assert not missing, f"drawn as boxes: {' '.join(missing)}"
