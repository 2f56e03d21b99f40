// The gallery: finds pictures, and shows them closer, beside another language or what was accepted.
// It works from a file, without a server: data.js holds what there is, texts/TAG.js what the pictures of a language say.
"use strict";

const BATCH = 60;
const { languages, faces, pictures, gone, made, accepted } = window.gallery;
const texts = (window.galleryTexts ??= {});
const find = (selector) => document.querySelector(selector);
const filters = find("#filters");
const closer = find("#closer");

/** One entry for each picture: a face in a language, on a screen, in a theme. */
const all = pictures.flatMap(({ face, language, title, findings, shots }) =>
  shots.map((shot) => ({ face: faces[face].name, at: face, language, title, ...shot, findings: ofLook(findings, shot) })),
);
const byKey = new Map(all.map((one) => [keyOf(one), one]));
let shown = [];
let drawn = 0;
let present = null;

function keyOf({ language, face, screen, theme }) {
  return [language, face, screen, theme].join("/");
}

/** Findings begin with the look in which they were found. */
function ofLook(findings, { screen, theme }) {
  const look = `${screen}, ${theme}: `;
  return findings.filter((one) => one.startsWith(look)).map((one) => one.slice(look.length));
}

function make(name, properties = {}, ...children) {
  const element = Object.assign(document.createElement(name), properties);
  element.append(...children.filter((child) => child !== null));
  return element;
}

// Choosing

function fillChoices() {
  const named = Object.entries(languages).map(([tag, { name, english }]) => [tag, name === english ? name : `${name} (${english})`]);
  options("language", [["", "All"], ...named]);
  options("beside", [["", "Nothing"], ...named]);
  options("face", [["", "All"], ...faces.map(({ name }) => [name, name])]);
  for (const name of ["screen", "theme"]) {
    options(name, [["", "All"], ...[...new Set(all.map((one) => one[name]))].map((value) => [value, value])]);
  }
}

function options(name, choices) {
  filters.elements[name].replaceChildren(...choices.map(([value, text]) => make("option", { value, textContent: text })));
}

function wanted() {
  const of = (name) => filters.elements[name].value;
  const ticked = (name) => filters.elements[name].checked;
  return {
    words: plain(of("words")).split(/\s+/).filter(Boolean),
    language: of("language"),
    beside: of("beside"),
    face: of("face"),
    screen: of("screen"),
    theme: of("theme"),
    direction: of("direction"),
    order: of("order"),
    changed: ticked("changed"),
    found: ticked("found"),
  };
}

function plain(text) {
  return text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

async function choose() {
  const want = wanted();
  keepInAddress();
  if (want.words.length > 0) await loadTexts(want.language === "" ? Object.keys(languages) : [want.language]);
  shown = all.filter((one) => fits(one, want));
  const orders = {
    changed: (one, other) => weight(other) - weight(one),
    findings: (one, other) => other.findings.length - one.findings.length,
  };
  if (want.order in orders) shown.sort(orders[want.order]);
  find("#count").textContent = `${shown.length} of ${all.length} pictures`;
  drawn = 0;
  find("#cards").replaceChildren();
  drawMore();
}

function fits(one, want) {
  return (
    ["language", "face", "screen", "theme"].every((name) => want[name] === "" || one[name] === want[name]) &&
    (want.direction === "" || languages[one.language].dir === want.direction) &&
    (!want.changed || one.change !== null) &&
    (!want.found || one.findings.length > 0) &&
    want.words.every((word) => sayings(one).includes(word))
  );
}

/** Everything by which a picture can be found. */
function sayings(one) {
  const { name, english } = languages[one.language];
  const said = (texts[one.language] ??= {});
  const of_face = (said[`${one.face} `] ??= plain([one.face, one.title, one.language, name, english, said[one.face] ?? ""].join("\n")));
  return of_face;
}

function weight({ change }) {
  return change === null ? -1 : change === "new" ? 2 : change;
}

function loadTexts(tags) {
  return Promise.all(
    tags.map((tag) => {
      if (document.querySelector(`script[data-texts="${tag}"]`) !== null) return loading.get(tag);
      const script = make("script", { src: `texts/${tag}.js` });
      script.dataset.texts = tag;
      const loaded = new Promise((resolve) => script.addEventListener("load", resolve));
      loading.set(tag, loaded);
      document.body.append(script);
      return loaded;
    }),
  );
}
const loading = new Map();

// The cards

function drawMore() {
  const { beside, words } = wanted();
  find("#cards").append(...shown.slice(drawn, drawn + BATCH).map((one) => card(one, beside, words)));
  drawn = Math.min(shown.length, drawn + BATCH);
  find("#more").hidden = drawn === shown.length;
}

function card(one, beside, words) {
  const other = besides(one, beside);
  const pair = make("span", { className: "pair" }, thumb(one), other && thumb(other));
  const about = make("span", { className: "about" }, `${languages[one.language].name} · ${one.screen} · ${one.theme}`);
  const button = make("button", { type: "button" }, pair, make("b", {}, one.face), about, ...badges(one), passage(one, words));
  button.addEventListener("click", () => look(one));
  return make("li", { className: "card" }, button);
}

function thumb(one) {
  return make("img", { src: one.file, alt: "", loading: "lazy", width: one.width, height: one.height });
}

function badges(one) {
  const told = [];
  if (one.change !== null) {
    const text = one.change === "new" ? "new" : `${share(one.change)} changed`;
    told.push(make("span", {}, make("span", { className: "badge changed", textContent: text })));
  }
  if (one.findings.length > 0) {
    const text = `${one.findings.length} finding${one.findings.length === 1 ? "" : "s"}`;
    told.push(make("span", {}, make("span", { className: "badge found", textContent: text })));
  }
  return told;
}

function share(part) {
  return new Intl.NumberFormat("en", { style: "percent", maximumSignificantDigits: 2 }).format(part);
}

/** Where in the text of the picture the first word stands. */
function passage(one, words) {
  const text = texts[one.language]?.[one.face];
  if (words.length === 0 || text === undefined) return null;
  const line = text.split("\n").find((each) => plain(each).includes(words[0]));
  if (line === undefined) return null;
  return make("span", { className: "about", lang: one.language, dir: "auto" }, make("mark", { textContent: line.slice(0, 160) }));
}

// Closer

function besides(one, tag) {
  return tag === "" || tag === one.language ? null : (byKey.get(keyOf({ ...one, language: tag })) ?? null);
}

function look(one) {
  present = one;
  const other = besides(one, wanted().beside);
  find("#closer-title").textContent = `${one.face}: ${one.title}`;
  const place = shown.indexOf(one);
  const of = place < 0 ? "" : ` · ${place + 1} of ${shown.length}`;
  find("#closer-place").textContent = `${languages[one.language].name} · ${one.screen} · ${one.theme}${of}`;
  const windows = [figure(one.file, heading(one), one)];
  if (other !== null) windows.push(figure(other.file, heading(other), other));
  if (other === null && typeof one.change === "number") {
    windows.unshift(figure(`accepted/${one.place}`, "Accepted", one));
    windows.push(figure(`differences/${one.place}`, `${share(one.change)} changed`, one));
  }
  find("#closer-pictures").replaceChildren(...windows);
  linkScrolling();
  const told = [one, other].filter((each) => each !== null && each.findings.length > 0);
  find("#closer-findings").replaceChildren(...told.flatMap(findingsOf));
  if (!closer.open) closer.showModal();
  keepInAddress();
}

function heading(one) {
  return languages[one.language].name;
}

function figure(file, caption, one) {
  const alt = `${one.title}, ${caption}`;
  const pane = make("div", { className: "window", tabIndex: 0 }, make("img", { src: file, alt }));
  pane.setAttribute("role", "group");
  pane.setAttribute("aria-label", alt);
  return make("figure", {}, make("figcaption", { textContent: caption }), pane);
}

function findingsOf(one) {
  const lines = one.findings.map((each) => make("li", { textContent: each }));
  return [make("h3", { textContent: `Findings, ${heading(one)}` }), make("ul", {}, ...lines)];
}

/** Windows of different height are scrolled to the same part of their pictures. */
function linkScrolling() {
  const windows = [...document.querySelectorAll("#closer-pictures .window")];
  for (const one of windows) {
    one.addEventListener("scroll", () => {
      if (!one.matches(":hover, :focus")) return;
      const part = one.scrollTop / Math.max(1, one.scrollHeight - one.clientHeight);
      for (const other of windows) {
        if (other !== one) other.scrollTop = part * (other.scrollHeight - other.clientHeight);
      }
    });
  }
}

function step(by) {
  const next = shown[shown.indexOf(present) + by];
  if (next !== undefined) look(next);
}

/** The same face in its other theme, or on its other screen. */
function turn(what) {
  const others = all.filter(
    (one) => one.language === present.language && one.face === present.face && (what === "theme" ? one.screen === present.screen : one.theme === present.theme),
  );
  look(others[(others.indexOf(present) + 1) % others.length]);
}

// The address says what is looked at, so that it can be sent to somebody.

function keepInAddress() {
  const entries = [...new FormData(filters)].filter(([, value]) => value !== "");
  if (closer.open && present !== null) entries.push(["closer", keyOf(present)]);
  history.replaceState(null, "", `#${new URLSearchParams(entries)}`);
}

async function readAddress() {
  const told = new URLSearchParams(location.hash.slice(1));
  for (const field of filters.elements) {
    if (field.type === "checkbox") field.checked = told.has(field.name);
    else if (field.name) field.value = told.get(field.name) ?? "";
  }
  const one = byKey.get(told.get("closer") ?? "");
  await choose();
  if (one !== undefined) look(one);
}

function summarize() {
  const changed = all.filter(({ change }) => typeof change === "number").length;
  const fresh = all.filter(({ change }) => change === "new").length;
  const findings = all.reduce((sum, one) => sum + one.findings.length, 0);
  const against = accepted ? `${changed} changed, ${fresh} new, ${gone.length} gone since the accepted ones` : "none accepted yet";
  const count = `${all.length} pictures of ${faces.length} faces in ${Object.keys(languages).length} languages`;
  find("#summary").textContent = `${count}, taken ${made}. Differences: ${against}. Findings: ${findings}.`;
  find("#gone").hidden = gone.length === 0;
  find("#gone ul").append(...gone.map((file) => make("li", {}, make("a", { href: `accepted/${file}`, textContent: file }))));
}

fillChoices();
summarize();
filters.addEventListener("input", () => void choose());
filters.addEventListener("submit", (event) => event.preventDefault());
filters.addEventListener("reset", () => setTimeout(() => void choose()));
find("#more").addEventListener("click", drawMore);
new IntersectionObserver(([entry]) => entry.isIntersecting && drawMore(), { rootMargin: "600px" }).observe(find("#more"));
closer.addEventListener("close", () => {
  present = null;
  keepInAddress();
});
closer.addEventListener("click", (event) => {
  const { step: by, turn: what, close } = event.target.closest("button")?.dataset ?? {};
  if (by !== undefined) step(Number(by));
  if (what !== undefined) turn(what);
  if (close !== undefined) closer.close();
});
closer.addEventListener("keydown", (event) => {
  if (event.altKey || event.ctrlKey || event.metaKey) return;
  const act = { ArrowRight: () => step(1), ArrowLeft: () => step(-1), t: () => turn("theme"), s: () => turn("screen") }[event.key];
  if (act === undefined) return;
  event.preventDefault();
  act();
});
addEventListener("hashchange", () => void readAddress());
void readAddress();
