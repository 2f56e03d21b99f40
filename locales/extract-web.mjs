// Reads every text that the web app hands to its translator and prints them as JSON: {occurrences, findings}. An occurrence is
// `later` where its file comes with no page that the app begins with, only with one that it loads when somebody goes there.
//
//   node locales/extract-web.mjs ROOT
//
// gettext-extractor parses and walks the files. Its own extractors are not used: they drop a comment that stands before an
// element or an object key, a t(variable) and a template with holes, all without a word. Here each of those is a finding.

import { existsSync, globSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, posix, sep } from "node:path";
import { argv, stdout } from "node:process";

const web = createRequire(new URL("../web/package.json", import.meta.url));
const { GettextExtractor } = web("gettext-extractor");
const ts = createRequire(web.resolve("gettext-extractor"))("typescript");

// What the arguments of each function mean, in order. Functions are known by their bare name.
const FUNCTIONS = {
  t: ["text"],
  tx: ["text"],
  tc: ["context", "text"],
  tcx: ["context", "text"],
  tn: ["text", "plural"],
  tcn: ["context", "text", "plural"],
};
const SOURCES = "web/src/**/*.{ts,tsx}";
const ENTRY = "web/src/main.tsx";
const NOT_SHIPPED = /\.(test|d)\.tsx?$|\/generated\//;
const MARK = "Translators:";

const occurrences = [];
const findings = [];

/** The value of a text that is written out, or null where it is only known at run time. */
function literalText(node) {
  if (node === undefined) return null;
  if (ts.isStringLiteralLike(node)) return node.text;
  if (ts.isParenthesizedExpression(node)) return literalText(node.expression);
  if (!ts.isBinaryExpression(node) || node.operatorToken.kind !== ts.SyntaxKind.PlusToken) return null;
  const [left, right] = [literalText(node.left), literalText(node.right)];
  return left === null || right === null ? null : left + right;
}

/** The comments in the blank space before a node, a comment on the line of the previous token included. */
function commentsBefore(node, file) {
  // With a line break in front, TypeScript takes a comment right behind `{` for a leading one as well.
  const space = `\n${file.text.slice(node.getFullStart(), node.getStart(file))}`;
  const start = node.getFullStart() - 1;
  return (ts.getLeadingCommentRanges(space, 0) ?? []).map(({ pos, end, kind }) => ({
    position: pos + start,
    isLine: kind === ts.SyntaxKind.SingleLineCommentTrivia,
    text: space.slice(pos, end),
  }));
}

/** What a comment says, without its slashes, stars and line breaks. */
function words(comment) {
  return comment
    .replace(/^\/\/+|^\/\*+|\*+\/$/g, "")
    .replace(/^\s*\*\s?/gm, "")
    .replace(/\s+/g, " ")
    .trim();
}

/** The notes for translators among comments; the lines of one `//` note are joined. */
function notesAmong(comments) {
  const notes = [];
  let open = false;
  for (const { position, isLine, text } of comments) {
    const said = words(text);
    if (said.startsWith(MARK)) notes.push({ position, text: said.slice(MARK.length).trim() });
    else if (open && isLine) notes.at(-1).text += ` ${said}`;
    open = isLine && notes.length > 0;
  }
  return notes.filter((note) => note.text !== "");
}

/** A JSX comment that stands alone right before a child: `{/* Translators: … }`. */
function siblingBefore(node) {
  const siblings = node.parent?.children;
  if (!siblings) return null;
  const before = siblings.slice(0, siblings.indexOf(node)).filter((child) => !isBlank(child));
  const last = before.at(-1);
  return last && ts.isJsxExpression(last) && !last.expression ? last : null;
}

function isBlank(child) {
  return ts.isJsxText(child) && child.text.trim() === "";
}

/** The comments inside an empty JSX expression: they lie before its closing brace. */
function commentsInside(expression, file) {
  return commentsBefore(expression.getLastToken(file), file);
}

/** Whether a note before this node is about the whole of it, however many texts that holds: a choice, a sum, an argument. */
function holdsTheCall(node) {
  return (
    ts.isStatement(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isPropertyDeclaration(node) ||
    ts.isJsxAttribute(node) ||
    (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) ||
    ts.isArrayLiteralExpression(node.parent)
  );
}

function isTextCall(node) {
  return ts.isCallExpression(node) && ts.isIdentifier(node.expression) && Object.hasOwn(FUNCTIONS, node.expression.text);
}

function textCallsIn(node) {
  let calls = isTextCall(node) ? 1 : 0;
  ts.forEachChild(node, (child) => {
    calls += textCallsIn(child);
  });
  return calls;
}

/** The nearest notes for translators, outwards from the call. Beyond what holds the call only while it is the one text there. */
function nearestNotes(call, file) {
  let beyond = false;
  for (let node = call; node; node = node.parent) {
    const sibling = siblingBefore(node);
    const comments = [...(sibling ? commentsInside(sibling, file) : []), ...commentsBefore(node, file)];
    const notes = notesAmong(comments);
    if (notes.length > 0) return notes;
    beyond ||= holdsTheCall(node);
    if (beyond && textCallsIn(node) > 1) return [];
  }
  return [];
}

function place(position, file) {
  return `${file.fileName}:${file.getLineAndCharacterOfPosition(position).line + 1}`;
}

function report(check, where, evidence, mend) {
  findings.push({ check, where, evidence, mend });
}

/** The texts of a call by what they mean, or null (and a finding) where one is not written out. */
function textsOf(call, meanings, where, file) {
  const texts = meanings.map((_, position) => literalText(call.arguments[position]));
  if (!texts.includes(null)) return Object.fromEntries(meanings.map((meaning, i) => [meaning, texts[i]]));
  const evidence = call.getText(file).replace(/\s+/g, " ").slice(0, 80);
  report("text-not-literal", where, evidence, "write the text out in the call; a table of texts holds functions: () => t(\"…\")");
  return null;
}

function readCall(call, meanings, file, used) {
  const where = place(call.getStart(file), file);
  const texts = textsOf(call, meanings, where, file);
  const notes = nearestNotes(call, file);
  notes.forEach((note) => used.add(note.position));
  if (texts === null) return;
  const comments = notes.map((note) => note.text);
  if (comments.length === 0) report("no-comment", where, JSON.stringify(texts.text), "say above the call where the text appears: // Translators: …");
  occurrences.push({ where, context: "", plural: "", ...texts, comments, later: !isFirst(file.fileName) });
}

/** Every note for translators in a file, whatever it stands before. */
function allNotes(node, file) {
  const children = node.getChildren(file);
  if (children.length > 0) return children.flatMap((child) => allNotes(child, file));
  return notesAmong(commentsBefore(node, file));
}

function reportLostNotes(file, used) {
  for (const { position } of allNotes(file, file)) {
    if (used.has(position)) continue;
    const mend = "move it directly before the call, inside the same braces";
    report("lost-comment", place(position, file), "a note for translators that belongs to no text", mend);
  }
}

function readFile(path, name) {
  const used = new Set();
  let file;
  const read = (node, sourceFile) => {
    file = sourceFile;
    if (isTextCall(node)) readCall(node, FUNCTIONS[node.expression.text], sourceFile, used);
  };
  new GettextExtractor().createJsParser([read]).parseString(readFileSync(path, "utf8"), name);
  reportLostNotes(file, used);
}

/** The modules that a file imports at once; `import()` and types are none of them. */
function importsOf(name) {
  const file = ts.createSourceFile(name, readFileSync(join(root, name), "utf8"), ts.ScriptTarget.Latest);
  return file.statements
    .filter((one) => (ts.isImportDeclaration(one) && !one.importClause?.isTypeOnly) || (ts.isExportDeclaration(one) && !one.isTypeOnly))
    .map((one) => one.moduleSpecifier?.text)
    .filter((target) => target?.startsWith("."))
    .map((target) => posix.join(posix.dirname(name), target))
    .flatMap((path) => [`${path}.ts`, `${path}.tsx`, `${path}/index.ts`, `${path}/index.tsx`])
    .filter((path) => existsSync(join(root, path)));
}

/** The files that the app begins with, as its bundler finds them too. */
function filesFrom(entry) {
  const found = new Set(existsSync(join(root, entry)) ? [entry] : []);
  // A set hands out what is added to it while it is walked through.
  for (const name of found) importsOf(name).forEach((target) => found.add(target));
  return found;
}

function isFirst(name) {
  return first.size === 0 || first.has(name);
}

const root = argv[2];
const first = filesFrom(ENTRY);
for (const found of globSync(SOURCES, { cwd: root }).sort()) {
  const name = found.split(sep).join("/");
  if (!NOT_SHIPPED.test(name)) readFile(join(root, found), name);
}
stdout.write(JSON.stringify({ occurrences, findings }));
