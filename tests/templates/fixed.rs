//! Fixed TypeScript compiles as it did, whatever kind of project it is part of.

use std::fs;

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use serde_json::json;
use shield::fix::Applicability;

use crate::node;
use crate::project::Project;
use crate::project::reasons;
use crate::tool;

/// Reads of secrets in every form, of which types depend in many ways.
const SHAPES: &str = r#"
declare function use(value: string): void;
declare function maybe(value: string | undefined): void;
declare function assertSet(value: unknown): asserts value;
function fail(): never {
  throw new Error();
}

export const a: string | undefined = process.env.A_SECRET;
export const b: string = process.env.A_SECRET!;
export const c: string[] = (process.env.A_SECRET as string).split(",");
export const d: string = process.env.A_SECRET ?? "d";
export const e: string = process.env.A_SECRET || process.env.B_SECRET || "";
export const f = `x${process.env.A_SECRET}`;
export const g: number | undefined = process.env.A_SECRET?.trim().length;
export const h = process.env["A_SECRET"] satisfies string | undefined;
export const i: "set" | "not" = "I_SECRET" in process.env ? "set" : "not";
export class J {
  readonly key = process.env.A_SECRET;
  static other: string = process.env.B_SECRET ?? "";
}
export function k(url = process.env.DATABASE_URL): void {
  maybe(url);
}
export function l(): string {
  if (process.env.DB_PASSWORD) {
    const s: string = process.env.DB_PASSWORD;
    return s;
  }
  return "";
}
export function m(): void {
  if (!process.env.T_KEY) throw new Error("T_KEY");
  use(process.env.T_KEY);
}
export function n(): void {
  const { A_SECRET: t = "d", PORT } = process.env;
  use(t);
  maybe(PORT);
}
export function o(): void {
  const { A_SECRET, B_SECRET: b = null } = process.env;
  maybe(A_SECRET);
  maybe(b ?? undefined);
}
export const p: number = process.env.C_SECRET ? process.env.C_SECRET.length : 0;
export const q: string | undefined = process.env.D_SECRET && process.env.D_SECRET.trim();
export function r(): void {
  if (typeof process.env.E_SECRET !== "string") return;
  use(process.env.E_SECRET);
}
export function s(): void {
  if (process.env.F_SECRET === undefined || !process.env.G_SECRET) return;
  use(process.env.F_SECRET + process.env.G_SECRET.length);
}
export function t(): void {
  if (process.env.H_SECRET?.length) use(process.env.H_SECRET);
  for (const it of ["a", "b"]) {
    if (!process.env.L_SECRET) continue;
    use(process.env.L_SECRET + it);
  }
}
// What is not understood stays.
export function u(): "x" | undefined {
  switch (process.env.J_SECRET) {
    case "x":
      return process.env.J_SECRET;
  }
  if (process.env.K_SECRET === "x") return process.env.K_SECRET;
  return undefined;
}
export function v(): void {
  if (!process.env.M_SECRET) fail();
  use(process.env.M_SECRET);
  assertSet(process.env.N_SECRET);
  use(process.env.N_SECRET);
}
"#;

/// A kind of project: its name, the options of the compiler, other files.
type Kind = (
    &'static str,
    serde_json::Value,
    &'static [(&'static str, &'static str)],
);

fn kinds() -> Vec<Kind> {
    vec![
        (
            "modules-of-node",
            json!({ "module": "nodenext", "rootDir": "src", "outDir": "dist" }),
            &[
                ("package.json", r#"{ "type": "module" }"#),
                ("src/app.ts", SHAPES),
                ("src/lib/more.mts", SHAPES),
            ],
        ),
        (
            "common-js-of-node",
            json!({ "module": "node20" }),
            &[
                ("package.json", "{}"),
                ("src/app.ts", SHAPES),
                ("src/more.mts", SHAPES),
                ("src/more.cts", SHAPES),
            ],
        ),
        (
            "common-js",
            json!({ "module": "commonjs", "moduleResolution": "node10" }),
            &[
                ("package.json", "{}"),
                ("server/app.ts", SHAPES),
                ("app.ts", SHAPES),
            ],
        ),
        (
            "bundler-with-aliases",
            json!({
                "module": "esnext",
                "moduleResolution": "bundler",
                "jsx": "preserve",
                "paths": { "@/*": ["./src/*"] },
            }),
            &[
                ("package.json", r#"{ "type": "module" }"#),
                ("src/x.ts", "export const x = 1;\n"),
                (
                    "src/deep/app.ts",
                    concat!(
                        "import { x } from \"@/x\";\nexport { x };\n",
                        "export const k = process.env.A_SECRET ?? \"\";\n"
                    ),
                ),
                ("src/page.tsx", SHAPES),
                ("scripts/run.ts", SHAPES),
            ],
        ),
    ]
}

/// One test for each kind of project.
pub(crate) fn trials() -> Vec<Trial> {
    let version = node::VERSION.as_deref();
    let trial = |kind: Kind| {
        let name = format!("node/fixed-{}", kind.0);
        tool::trial(&name, "node", version, move || compiles(&kind))
    };
    kinds().into_iter().map(trial).collect()
}

/// The compiler has nothing to say before the fix, and nothing after it.
fn compiles((_, options, files): &Kind) -> Result<(), Failed> {
    let packages = node::packages()?;
    let project = Project::of(files)?;
    let mut all = json!({
        "strict": true,
        "noUncheckedIndexedAccess": true,
        "skipLibCheck": true,
        "target": "es2022",
        "types": ["node"],
        "typeRoots": [packages.join("node_modules/@types")],
    });
    if let (Some(all), Some(own)) = (all.as_object_mut(), options.as_object()) {
        all.extend(own.clone());
    }
    let config = json!({ "compilerOptions": all });
    let place = project.root.join("tsconfig.json");
    crate::project::put(&place, &config.to_string())?;
    let check = || {
        let mut tsc = node::node_module(&packages, "typescript/bin/tsc");
        tsc.args(["--noEmit", "--project"]).arg(&place);
        tool::run(&mut tsc)
    };
    check()?;
    let plan = project.plan_at(Applicability::Unsafe)?;
    let shapes = files.iter().filter(|(_, text)| *text == SHAPES).count();
    let fixed = plan.files.iter().flat_map(|it| &it.fixes);
    let fixed: usize = fixed.map(|it| it.findings.len()).sum();
    let kept = reasons(&plan)
        .iter()
        .filter(|it| **it == "narrowing")
        .count();
    if kept != 8 * shapes || fixed < 30 * shapes {
        return Err(format!("{fixed} fixed, {:?}", reasons(&plan)).into());
    }
    project.write(&plan)?;
    check().map_err(|failed| {
        let texts = plan
            .files
            .iter()
            .map(|it| format!("{}\n{}", it.path, it.after));
        let texts: String = texts.collect();
        let message = failed.message().unwrap_or_default();
        Failed::from(format!("{message}\n{texts}"))
    })?;
    let placed = fs::exists(project.root.join("src/shield-secrets.ts"))?
        || fs::exists(project.root.join("shield-secrets.ts"))?;
    if placed {
        Ok(())
    } else {
        Err("no wrapper".into())
    }
}
