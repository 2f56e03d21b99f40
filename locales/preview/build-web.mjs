// Builds the web app for the preview: the same sources, and at the end of one module a line that listens for new words.
//
//   node locales/preview/build-web.mjs WEB FOLDER

import { join } from "node:path";
import { argv } from "node:process";
import { pathToFileURL } from "node:url";

const [web, folder] = argv.slice(2);
const { build } = await import(pathToFileURL(join(web, "node_modules", "vite", "dist", "node", "index.js")).href);

const MODULE = "/src/i18n/locale.ts";
const NEEDED = ["async function setLocale(", "const loaded = new Map", "const addresses = import.meta.glob"];
// One after the other: of two answers in flight the older might come last.
const LISTENER = `
let turn = Promise.resolve();
addEventListener("sleutelkast-words-changed", ({ detail: tag }) => {
  turn = turn.then(() => takeNewWords(tag)).catch(() => undefined);
});
async function takeNewWords(tag) {
  for (const [name, address] of Object.entries(addresses)) {
    if (name.startsWith(\`./generated/catalogs/\${tag}.\`)) loaded.delete(address);
  }
  if (tag === document.documentElement.lang) await setLocale(tag);
}
`;

const listening = {
  name: "sleutelkast-preview",
  enforce: "pre",
  transform(code, id) {
    if (!id.split("?")[0].endsWith(MODULE)) return null;
    const missing = NEEDED.filter((name) => !code.includes(name));
    if (missing.length > 0) throw new Error(`${MODULE} has no ${missing.join(", ")} any more: mend build-web.mjs`);
    return code + LISTENER;
  },
};

await build({
  root: web,
  configFile: join(web, "vite.config.ts"),
  logLevel: "warn",
  plugins: [listening],
  build: { outDir: folder, emptyOutDir: true },
});
