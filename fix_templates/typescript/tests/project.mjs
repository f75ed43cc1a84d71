// A project with an encrypted file, for every test that wants one.

import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  realpathSync,
  renameSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { basename, dirname, extname, join } from "node:path";
import { pathToFileURL } from "node:url";

/** Where the packages are that the wrapper is tested with. */
export const modules = process.env.TEMPLATE_MODULES ?? process.cwd();

const age = await import(
  pathToFileURL(createRequire(join(modules, "_")).resolve("age-encryption")).href
);

/** Every form of the wrapper that `TEMPLATE_WRAPPERS` names, by the end of its path. */
export const wrappers = (process.env.TEMPLATE_WRAPPERS ?? "").split(";").filter(Boolean);

/** The same, loaded. */
export const forms = await Promise.all(
  wrappers.map(async (it) => [
    it.split(/[\\/]/).slice(-3).join("/"),
    await import(pathToFileURL(it).href),
  ]),
);

/** Every form that reads stores, and where it lies. */
export const storeForms = forms.flatMap(([name, loaded], index) =>
  "configure" in loaded ? [[name, loaded, wrappers[index]]] : [],
);

/** A part of a form that reads stores. */
export function part(wrapper, name) {
  const path = join(dirname(wrapper), "shield-secrets", name + extname(wrapper));
  return import(pathToFileURL(path).href);
}

/** What is kept between reads. */
const KEPT = ["", ".rotation", ".stores", ".threads", ".untold"].map((it) =>
  Symbol.for(`shield.secrets${it}`),
);

/**
 * Runs `body` with no variable of this machine and nobody's own key, and with `seal`, which
 * encrypts something and points the wrapper to it.
 */
export async function inProject(body) {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), "shield-")));
  const outside = { ...process.env };
  for (const name of Object.keys(process.env)) {
    if (name !== "PATH" && name.toUpperCase() !== "SYSTEMROOT") delete process.env[name];
  }
  process.env.XDG_CONFIG_HOME = process.env.APPDATA = join(folder, "config");
  forget();
  const identity = await age.generateIdentity();

  async function seal(content, sealedFor = "user") {
    const key = join(folder, "identity.txt");
    writeFileSync(key, `# a key\n${identity}\n`, { mode: 0o600 });
    const reader = sealedFor === "user" ? identity : await age.generateIdentity();
    const encrypter = new age.Encrypter();
    encrypter.addRecipient(await age.identityToRecipient(reader));
    const sealed = await encrypter.encrypt(JSON.stringify(content));
    const store = join(folder, ".shield", "secrets.dev.age");
    mkdirSync(join(folder, ".shield"), { recursive: true });
    writeFileSync(`${store}.new`, age.armor.encode(sealed));
    renameSync(`${store}.new`, store);
    process.env.SECRETS_STORE = store;
    process.env.SECRETS_IDENTITY_FILE = key;
    return store;
  }

  try {
    return await body({ folder, seal });
  } finally {
    for (const name of Object.keys(process.env)) delete process.env[name];
    Object.assign(process.env, outside);
    forget();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** As if the program had just started. */
function forget() {
  for (const [, wrapper] of storeForms.slice(0, 1)) wrapper.configure();
  for (const it of KEPT) delete globalThis[it];
}

/** The content of an encrypted file. */
export function storeOf(secrets) {
  return { schema: 1, environment: "development", secrets };
}

/** Copies a wrapper into `folder`, under the name it has in a project. */
export function install(wrapper, folder) {
  mkdirSync(folder, { recursive: true });
  const target = join(folder, basename(wrapper));
  cpSync(wrapper, target);
  return target;
}
