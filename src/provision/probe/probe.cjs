// Reads secrets through the wrapper of a project, and tells codes of how it went, never a value.
"use strict";

const fs = require("node:fs");
const Module = require("node:module");
const { pathToFileURL } = require("node:url");

const request = JSON.parse(fs.readFileSync(0, "utf8"));
const FITS = {
  string: (it) => typeof it === "string",
  secret: (it) => typeof it === "string",
  integer: (it) => Number.isInteger(it),
  boolean: (it) => typeof it === "boolean",
};

function say(answer) {
  fs.writeSync(1, `${request.word}${JSON.stringify(answer)}\n`);
}

// What the wrapper, or anything that it imports, may print goes nowhere.
function nothing(...rest) {
  const done = rest.find((it) => typeof it === "function");
  if (done) process.nextTick(done);
  return true;
}
process.stdout.write = nothing;
process.stderr.write = nothing;

/** The compiler of the project, if it has one that can translate a file by itself. */
function compiler(file) {
  try {
    const found = Module.createRequire(file)("typescript");
    return typeof found.transpileModule === "function" ? found : undefined;
  } catch {
    return undefined;
  }
}

/** Lets `require` read TypeScript, and find it by the name that it has once it is compiled. */
function understand(typescript) {
  const compilerOptions = {
    module: typescript.ModuleKind.CommonJS,
    target: typescript.ScriptTarget.ES2022,
    esModuleInterop: true,
  };
  Module._extensions[".ts"] = (module, fileName) => {
    const source = fs.readFileSync(fileName, "utf8");
    const made = typescript.transpileModule(source, { compilerOptions, fileName });
    module._compile(made.outputText, fileName);
  };
  const usual = Module._resolveFilename;
  Module._resolveFilename = function (name, ...rest) {
    try {
      return usual.call(this, name, ...rest);
    } catch (error) {
      if (!/^\.{1,2}\/.*\.js$/.test(name)) throw error;
      return usual.call(this, name.replace(/\.js$/, ".ts"), ...rest);
    }
  };
}

async function load(file) {
  if (file.endsWith(".ts")) {
    const typescript = compiler(file);
    if (typescript) {
      understand(typescript);
      return require(file);
    }
    if (!process.features.typescript) throw { unloadable: "typescript" };
  }
  const module = await import(pathToFileURL(file).href);
  return module.getSecretAsync ? module : (module.default ?? module);
}

async function codes(wrapper, entry) {
  try {
    const text = await wrapper.getSecretAsync(entry.name, { env: entry.variable });
    const wrong = text.includes(request.placeholder) ? [["secret_placeholder"]] : [];
    if (!entry.json) return wrong;
    let found;
    try {
      found = JSON.parse(text);
    } catch {
      found = undefined;
    }
    if (typeof found !== "object" || found === null || Array.isArray(found)) {
      return [...wrong, ["secret_invalid_json"]];
    }
    entry.fields.forEach(({ name, kind }, number) => {
      if (!Object.hasOwn(found, name)) wrong.push(["field", number]);
      else if (!FITS[kind](found[name])) wrong.push(["kind", number]);
    });
    return wrong;
  } catch (error) {
    return [[typeof error?.code === "string" ? error.code : "error"]];
  }
}

async function main() {
  let wrapper;
  try {
    wrapper = await load(request.path);
    if (typeof wrapper.getSecretAsync !== "function") throw { unloadable: "import" };
  } catch (error) {
    const known = error?.unloadable ?? (error?.code === "ERR_MODULE_NOT_FOUND" ? "import" : undefined);
    say({ unloadable: known ?? (error instanceof SyntaxError ? "syntax" : "error") });
    return;
  }
  for (const [number, entry] of request.entries.entries()) {
    say({ number, codes: await codes(wrapper, entry) });
  }
  say({ end: true });
}

// Timers of the wrapper are nothing to wait for.
main().finally(() => process.exit(0));
