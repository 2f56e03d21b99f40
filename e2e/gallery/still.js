// What moves stands still, so that a page that did not change gives the same picture tomorrow. It is always the same
// moment here; what happened within the last hour happened an hour ago, and what is to come comes at a full hour.
(() => {
  const RealDate = Date;
  const HOUR = 3_600_000;
  const NOW = RealDate.parse("2026-06-03T12:05:00Z");
  const MOMENT = /"\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)"/g;

  class StillDate extends RealDate {
    constructor(...given) {
      super(...(given.length === 0 ? [NOW] : given));
    }
    static now() {
      return NOW;
    }
  }

  const still = (moment) => {
    const away = (RealDate.parse(JSON.parse(moment)) - RealDate.now()) / HOUR;
    const whole = away < 0 ? Math.floor(away) : Math.ceil(away);
    return JSON.stringify(new RealDate(NOW + whole * HOUR).toISOString());
  };

  const real = fetch;
  globalThis.Date = StillDate;
  const said = new Map();
  // While a page is held, what it asks again has the answer that it had.
  globalThis.gallery = { asked: 0, held: false };
  globalThis.fetch = async (address, options = {}) => {
    const asks = (options.method ?? "GET") === "GET";
    if (asks && gallery.held && said.has(address)) return answerOf(said.get(address));
    gallery.asked += 1;
    try {
      const answer = await real(address, options);
      if (!/json/.test(answer.headers.get("Content-Type") ?? "")) return answer;
      const { status, statusText, headers } = answer;
      const stands = { body: (await answer.text()).replace(MOMENT, still), status, statusText, headers };
      // Whose session it is has the language that was chosen meanwhile.
      if (asks && answer.ok && !address.endsWith("/session")) said.set(address, stands);
      return answerOf(stands);
    } catch (error) {
      // What can't be reached is not reached either while the page is held.
      said.delete(address);
      throw error;
    } finally {
      gallery.asked -= 1;
    }
  };
  const answerOf = ({ body, ...about }) => new Response(body, about);

  // Neither a caret that blinks nor anything else that turns.
  const sheet = new CSSStyleSheet();
  sheet.replaceSync("*, *::before, *::after { animation: none !important; transition: none !important; caret-color: transparent !important; }");
  document.adoptedStyleSheets = [sheet];
})();
