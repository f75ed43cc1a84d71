// Makes the two JavaScript forms of the wrapper from the TypeScript one.
//
//     node make-javascript.mjs           writes javascript/
//     node make-javascript.mjs --check   fails when javascript/ is not what it would write
//
// The compiler takes the types out. What it would lose is kept here: empty lines, and comments
// beside a declaration that goes.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const here = dirname(fileURLToPath(import.meta.url));
const load = createRequire(join(process.env.TEMPLATE_MODULES ?? here, "_"));
const ts = load("typescript");
const prettier = load("prettier");

const BLANK = "//-blank";

const forms = [
  {
    file: "shield-secrets.mjs",
    module: ts.ModuleKind.ESNext,
    changes: [
      ['from "./shield-secrets";', 'from "./shield-secrets.js";'],
      ["// Only CommonJS has it.", "// Node 20.10 and older do not have it."],
      ['typeof __dirname === "string"', "import.meta.dirname !== undefined"],
      ["points.push(__dirname)", "points.push(import.meta.dirname)"],
    ],
  },
  {
    file: "shield-secrets.cjs",
    module: ts.ModuleKind.CommonJS,
    changes: [
      [
        'import { getSecret } from "./shield-secrets";',
        'const { getSecret } = require("./shield-secrets");',
      ],
      ["  // Only CommonJS has it.\n", ""],
      ['  if (typeof __dirname === "string") points.push', "  points.push"],
    ],
  },
];

const source = readFileSync(join(here, "shield-secrets.ts"), "utf8");
const end = source.indexOf("\n\n");
const header = source.slice(0, end);
const body = withoutTypes(source.slice(end)).replaceAll(/\n(?=\n)/g, `\n${BLANK}`);

let stale = false;
for (const { file, module, changes } of forms) {
  const path = join(here, "javascript", file);
  const text = await made(module, changes);
  if (!process.argv.includes("--check")) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  } else if (readFileSync(path, "utf8") !== text) {
    console.error(`javascript/${file} is not what make-javascript.mjs makes of shield-secrets.ts`);
    stale = true;
  }
}
process.exitCode = stale ? 1 : 0;

/** One form of the wrapper. */
async function made(module, changes) {
  const compilerOptions = {
    target: ts.ScriptTarget.ES2022,
    module,
    removeComments: false,
    // Fields without a value are types only, and older parsers do not know them.
    useDefineForClassFields: false,
  };
  const { outputText } = ts.transpileModule(body, { compilerOptions });
  const strict = '"use strict";\n';
  const isStrict = outputText.startsWith(strict);
  const rest = isStrict ? outputText.slice(strict.length) : outputText;
  const joined = `${isStrict ? strict : ""}${header}\n\n${rest.replaceAll(BLANK, "")}`;
  let text = await prettier.format(joined, { parser: "babel", printWidth: 100 });
  for (const [from, to] of changes) {
    if (!text.includes(from)) throw new Error(`nothing to change: ${from}`);
    text = text.replace(from, to);
  }
  return text;
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
    if (!isOverload && !isType) continue;
    const own = isType ? it.jsDoc?.at(-1) : undefined;
    rest = rest.slice(0, own?.pos ?? it.getStart()) + rest.slice(it.end).replace(/^\n+/, "");
  }
  return rest;
}
