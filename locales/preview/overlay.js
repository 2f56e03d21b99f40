// The preview's part of each page: shows which texts there are, and on a click which line of a catalog each is.
//
// A text ends with its number in tag characters (marks.py). The page's own content security policy holds here as well: no
// inline style, no string becomes markup. Nothing in the page's tree is changed but one attribute.

(() => {
  const OWN = "/__preview/";
  const MARK = /([\u{e0030}-\u{e0039}]+)\u{e007f}/gu;
  const MARKS = /[\u{e0030}-\u{e0039}\u{e007f}]/gu;
  const FIRST_DIGIT = 0xe0030;
  const HOLDS_TEXT = "data-preview-text";
  const ATTRIBUTES = [
    "aria-description",
    "aria-label",
    "aria-roledescription",
    "aria-valuetext",
    "alt",
    "label",
    "placeholder",
    "title",
    "value",
  ];
  const NAME = "Texts (Ctrl+Alt+L)";

  const host = document.createElement("div");
  const root = host.attachShadow({ mode: "open" });
  const button = element("button", { type: "button", class: "toggle", "aria-pressed": "false" }, NAME);
  const panel = element("section", { class: "panel", "aria-label": "Texts", tabindex: "-1", hidden: "" });
  const problem = element("p", { class: "problem", role: "alert", hidden: "" });
  root.append(problem, panel, button);
  root.adoptedStyleSheets = [
    sheet(`
      :host { all: initial; position: fixed; inset-block-end: 8px; inset-inline-start: 8px; z-index: 2147483647;
        max-inline-size: min(40em, calc(100vi - 16px)); direction: ltr; font: 14px/1.4 system-ui, sans-serif; }
      :host, .panel { color: CanvasText; }
      button, a { font: inherit; padding: 4px 10px; }
      button[aria-pressed="true"] { background: #a0a; color: #fff; }
      .panel { background: Canvas; border: 2px solid #a0a; border-radius: 6px; padding: 8px 12px; margin-block-end: 8px;
        max-block-size: 60vb; overflow: auto; }
      .panel dl { display: grid; grid-template-columns: max-content 1fr; gap: 2px 12px; margin: 0 0 8px; }
      .panel dt { font-weight: bold; } .panel dd { margin: 0; unicode-bidi: plaintext; overflow-wrap: anywhere; }
      .problem { background: #b00; color: #fff; padding: 8px 12px; border-radius: 6px; white-space: pre-wrap; }
      [hidden] { display: none; }
    `),
  ];
  document.adoptedStyleSheets = [
    ...document.adoptedStyleSheets,
    sheet(`[${HOLDS_TEXT}] { outline: 2px dashed #a0a !important; outline-offset: 1px; cursor: help !important; }`),
  ];

  let on = false;
  let waiting = false;

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  function sheet(rules) {
    const made = new CSSStyleSheet();
    made.replaceSync(rules);
    return made;
  }

  /** The numbers of the texts in a string, each once. */
  function numbersIn(text) {
    const found = [...text.matchAll(MARK)].map(([, digits]) =>
      Number([...digits].map((digit) => digit.codePointAt(0) - FIRST_DIGIT).join("")),
    );
    return [...new Set(found)];
  }

  /** The numbers of the texts that an element has itself, not by what is in it. */
  function numbersOf(one) {
    const words = [...one.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data);
    const said = ATTRIBUTES.map((name) => one.getAttribute(name) ?? "");
    return numbersIn([...words, ...said].join(""));
  }

  /** Those of the nearest element around that has any; else of what is in it, as when a click falls beside the words. */
  function numbersAt(one) {
    const held = one.closest(`[${HOLDS_TEXT}]`);
    if (held !== null) return numbersOf(held);
    const within = [...one.querySelectorAll(`[${HOLDS_TEXT}]`)];
    return one.closest("main") === one || one === document.body ? [] : [...new Set(within.flatMap(numbersOf))];
  }

  function everyElement() {
    return [...document.querySelectorAll("*")].filter((one) => one !== host && !host.contains(one));
  }

  /** Says again which elements hold a text, and stands where a modal dialog lets it be used. */
  function look() {
    waiting = false;
    const dialog = [...document.querySelectorAll("dialog:modal")].at(-1);
    const place = dialog ?? document.body;
    if (host.parentNode !== place) place.append(host);
    for (const one of everyElement()) one.toggleAttribute(HOLDS_TEXT, on && numbersOf(one).length > 0);
  }

  function lookSoon() {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(look);
  }

  function toggle() {
    on = !on;
    button.setAttribute("aria-pressed", String(on));
    panel.hidden = true;
    look();
  }

  async function show(numbers) {
    const asked = new URLSearchParams(numbers.map((number) => ["number", number]));
    asked.set("language", document.documentElement.lang);
    const texts = await (await fetch(`${OWN}texts?${asked}`)).json();
    panel.replaceChildren(...texts.map(described), ...closing());
    panel.hidden = false;
    panel.focus();
  }

  function described(text) {
    const rows = [
      ["Context", text.context],
      ...text.english.map((words) => ["English", words]),
      ...text.texts.map((words) => [text.fuzzy ? "A guess" : "Translation", words || "(empty)"]),
      ...text.notes.map((note) => ["For translators", note]),
      ["Remark", text.remark],
      ["Where", text.where || "made from the code"],
    ].filter(([, said]) => said !== "");
    const list = element("dl", {}, ...rows.flatMap(([name, said]) => [element("dt", {}, name), element("dd", {}, said)]));
    const copy = element("button", { type: "button" }, "Copy the place");
    copy.addEventListener("click", async () => {
      await navigator.clipboard.writeText(text.where);
      copy.textContent = "Copied";
    });
    return element("article", {}, list, ...(text.where ? [copy] : []), ...editor(text));
  }

  function editor(text) {
    return text.editor ? [" ", element("a", { href: text.editor }, "Open in editor")] : [];
  }

  function closing() {
    const all = element("button", { type: "button" }, "All texts of this page");
    all.addEventListener("click", () => void show(everyText()));
    const close = element("button", { type: "button" }, "Close");
    close.addEventListener("click", () => (panel.hidden = true));
    return [element("hr"), all, " ", close];
  }

  /** Those that nobody sees as well: names for screen readers, the title. */
  function everyText() {
    const elements = everyElement().flatMap(numbersOf);
    return [...new Set([...elements, ...numbersIn(document.title)])];
  }

  function isOurs(event) {
    return event.composedPath().includes(host);
  }

  function pick(event) {
    if (!on || isOurs(event)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type !== "click") return;
    const numbers = event.target instanceof Element ? numbersAt(event.target) : [];
    if (numbers.length > 0) void show(numbers);
  }

  for (const kind of ["click", "mousedown", "mouseup", "submit"]) addEventListener(kind, pick, true);
  addEventListener("copy", (event) => {
    const words = String(getSelection());
    if (!MARKS.test(words)) return;
    event.clipboardData.setData("text/plain", words.replace(MARKS, ""));
    event.preventDefault();
  });
  addEventListener("keydown", (event) => {
    if (event.ctrlKey && event.altKey && event.code === "KeyL") toggle();
    if (event.code === "Escape" && !panel.hidden && isOurs(event)) panel.hidden = true;
  });
  button.addEventListener("click", () => {
    toggle();
    if (!on) return;
    const source = document.documentElement.lang === "en";
    if (source) void show([]).then(() => panel.prepend("English stands in the code: choose another language."));
  });
  new MutationObserver((changes) => {
    if (changes.some((change) => change.attributeName !== HOLDS_TEXT)) lookSoon();
  }).observe(document.documentElement, { subtree: true, childList: true, characterData: true, attributes: true });

  /** A page that is no app, as that of the mails, is of a time, by the number of changes until then. */
  const pageIsOf = document.documentElement.getAttribute("data-changes");
  const listening = new EventSource(`${OWN}changes`);

  function take(tag) {
    if (pageIsOf === null) dispatchEvent(new CustomEvent("sleutelkast-words-changed", { detail: tag }));
    else if (tag === document.documentElement.lang) location.reload();
  }

  // What was saved while the page was loading, or nobody listened, is not told: it is asked for.
  listening.addEventListener("count", ({ data: count }) => {
    if (pageIsOf !== count) take(document.documentElement.lang);
  });
  listening.addEventListener("message", (event) => {
    const { tag, problem: said } = JSON.parse(event.data);
    if (tag === document.documentElement.lang) {
      problem.textContent = said;
      problem.hidden = said === "";
      panel.hidden = true;
    }
    if (said === "") take(tag);
  });
  look();
})();
