// Makes what is written into projects from `source/`.
//
//     node make-javascript.mjs           writes shield-secrets.ts, adapters-*.ts and javascript/
//     node make-javascript.mjs --check   fails when they are not what it would write
//
// A project that reads AWS Secrets Manager or Vault gets files of `source/` as they are, or as
// JavaScript. Any other one needs little of it, and gets that as one file. The compiler takes the
// types out. What it would lose is kept here: empty lines, and comments beside a declaration
// that goes.

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const load = createRequire(join(process.env.TEMPLATE_MODULES ?? here, "_"));
const ts = load("typescript");
const prettier = load("prettier");

const BLANK = "//-blank";
const FOLDER = "shield-secrets";
/** The parts of the one file, in their order. */
const ALONE = ["errors", "", "rules", "settings", "environment", "local", "json", "thread", "node"];
const KINDS = { mjs: asModule, cjs: asCommonJs };
const IMPORT = /^import (?:type )?(\{[^}]*\}) from "(\.[^"]*)";\n/gm;

const alone = oneFile();
const made = new Map([["shield-secrets.ts", await formatted(alone, "typescript")]]);
for (const [own, other] of [
  ["aws", /^.*vault.*\n/gim],
  ["vault", /^.*aws.*\n/gim],
]) {
  const text = source(`${FOLDER}/adapters.ts`).replaceAll(other, "");
  made.set(`source/${FOLDER}/adapters-${own}.ts`, text);
}
for (const [kind, finish] of Object.entries(KINDS)) {
  made.set(`javascript/shield-secrets.${kind}`, await javascript(alone, finish));
  for (const file of ["shield-secrets.ts", ...parts()]) {
    const path = `javascript/stores/${file.replace(/ts$/, kind)}`;
    made.set(path, await javascript(made.get(`source/${file}`) ?? source(file), finish));
  }
}

for (const [file, text] of made) {
  const path = join(here, file);
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`${file} is not what make-javascript.mjs makes of source/`);
    process.exitCode = 1;
  }
}

function source(file) {
  return readFileSync(join(here, "source", file), "utf8");
}

function parts() {
  const names = readdirSync(join(here, "source", FOLDER));
  return names.sort().map((it) => `${FOLDER}/${it}`);
}

/** Everything that is needed without a store, in one file that exports what people call. */
function oneFile() {
  const [head, calls] = split(source("alone.ts"));
  const sections = ALONE.map((it) => {
    const text = it === "" ? calls : split(source(`${FOLDER}/${it}.ts`))[1];
    const plain = text.replaceAll(IMPORT, "").trim();
    return it === "" || it === "errors" ? plain : plain.replaceAll(/^export (?=\w)/gm, "");
  });
  const text = [head, ...sections].join("\n\n").replaceAll(/\n{3,}/g, "\n\n");
  // Their callers name them, so they are exported after all.
  return text
    .replaceAll("NamedOptions", "SecretOptions")
    .replace("interface SecretOptions", "export interface SecretOptions")
    .replace("type Fallback", "export type Fallback")
    .replace("function variableOf", "export function variableOf");
}

/** The comments at the top, and the rest. */
function split(text) {
  const end = text.indexOf("\n\n") + 2;
  return [text.slice(0, end), text.slice(end)];
}

/** One file as JavaScript. */
async function javascript(text, finish) {
  const [head, body] = split(text);
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    verbatimModuleSyntax: true,
    removeComments: false,
    // Fields without a value are types only, and older parsers do not know them.
    useDefineForClassFields: false,
  };
  const marked = withoutTypes(body).replaceAll(/\n(?=\n)/g, `\n${BLANK}`);
  const { outputText } = ts.transpileModule(marked, { compilerOptions });
  return formatted(finish(head, outputText.replaceAll(BLANK, "")), "babel");
}

function formatted(text, parser) {
  return prettier.format(text, { parser, printWidth: 100 });
}

function asModule(head, body) {
  const own = body
    .replaceAll(IMPORT, (it) => it.replace('.js";', '.mjs";'))
    .replace("// Only CommonJS has it.", "// Node 20.10 and older do not have it.")
    .replace('typeof __dirname === "string"', "import.meta.dirname !== undefined")
    .replace("points.push(__dirname)", "points.push(import.meta.dirname)")
    .replace('from "./shield-secrets";', 'from "./shield-secrets.js";');
  return head + own;
}

function asCommonJs(head, body) {
  const exported = [];
  const own = body
    .replaceAll(IMPORT, (_, names, from) => `const ${names} = require("${from}");\n`)
    .replaceAll('.js");', '.cjs");')
    .replaceAll(/^export ((?:async )?(?:function\*?|class|const) (\w+))/gm, (_, it, name) => {
      exported.push(name);
      return it;
    })
    .replace(/^export \{([^}]*)\};\n/m, (_, names) => {
      exported.push(...names.match(/\w+/g));
      return "";
    })
    .replace(/^export \{\};\n/m, "")
    .replace("  // Only CommonJS has it.\n", "")
    .replace('if (typeof __dirname === "string") points.push', "points.push")
    .replace(
      /import (\{ \w+ \}) from "\.\/shield-secrets";/,
      'const $1 = require("./shield-secrets");',
    );
  const names = exported.length > 0 ? `\nmodule.exports = { ${exported.join(", ")} };\n` : "";
  // After the comments: linters that are told to leave the file alone are told so before it.
  return `${head}"use strict";\n\n${own}${names}`;
}

/**
 * The text without what the compiler would drop together with the comments before it: the
 * signatures of overloads, of which the first one's comment stays, and declarations of types.
 */
function withoutTypes(text) {
  const file = ts.createSourceFile("it.ts", text, ts.ScriptTarget.ES2022, true);
  let rest = text;
  for (const it of [...file.statements].reverse()) {
    const isOverload = ts.isFunctionDeclaration(it) && it.body === undefined;
    const isType = ts.isInterfaceDeclaration(it) || ts.isTypeAliasDeclaration(it);
    const isImport = ts.isImportDeclaration(it) && it.importClause?.isTypeOnly;
    if (!isOverload && !isType && !isImport) continue;
    const own = isType ? it.jsDoc?.at(-1) : undefined;
    rest = rest.slice(0, own?.pos ?? it.getStart()) + rest.slice(it.end).replace(/^\n+/, "");
  }
  return rest;
}
