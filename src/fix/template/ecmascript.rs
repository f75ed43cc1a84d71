//! The wrappers of TypeScript and JavaScript.
//!
//! A project that reads no store gets one file, and one to check it with. One that reads a store gets
//! a folder of parts beside it, too.

use super::{Adapter, Template, TemplateFile};
use crate::lang::Family;
use crate::secret::StoreKind;

/// A file that was made of `source/`, or lies there: by what is written before its name, by its name, and by
/// what it ends in there and in a project.
macro_rules! file {
    ($from:literal, $name:literal, $was:literal, $is:literal) => {
        file!($from, $name, $name, $was, $is)
    };
    ($from:literal, $source:literal, $name:literal, $was:literal, $is:literal) => {
        TemplateFile {
            path: concat!($name, $is),
            body: include_str!(concat!(
                "../../../fix_templates/typescript/",
                $from,
                $source,
                $was
            )),
        }
    };
}

/// What a project can check its wrapper with: modules for Node, whatever the wrapper is written in.
macro_rules! check {
    ($name:literal) => {
        TemplateFile {
            path: concat!("shield-secrets/", $name),
            body: include_str!(concat!("../../../fix_templates/typescript/checks/", $name)),
        }
    };
}

/// What a project gets that reads a store, after the adapter of that.
macro_rules! reader {
    ($own:literal, $check:literal, $from:literal, $was:literal, $is:literal) => {
        &[
            file!($from, $own, $was, $is),
            check!("check-stores.mjs"),
            check!($check),
            file!($from, "shield-secrets", $was, $is),
            file!($from, "shield-secrets/audit", $was, $is),
            file!($from, "shield-secrets/cache", $was, $is),
            file!($from, "shield-secrets/environment", $was, $is),
            file!($from, "shield-secrets/errors", $was, $is),
            file!($from, "shield-secrets/http", $was, $is),
            file!($from, "shield-secrets/json", $was, $is),
            file!($from, "shield-secrets/local", $was, $is),
            file!($from, "shield-secrets/node", $was, $is),
            file!($from, "shield-secrets/paths", $was, $is),
            file!($from, "shield-secrets/preload", $was, $is),
            file!($from, "shield-secrets/redact", $was, $is),
            file!($from, "shield-secrets/rotation", $was, $is),
            file!($from, "shield-secrets/rules", $was, $is),
            file!($from, "shield-secrets/seal", $was, $is),
            file!($from, "shield-secrets/settings", $was, $is),
            file!($from, "shield-secrets/steps", $was, $is),
            file!($from, "shield-secrets/stores", $was, $is),
            file!($from, "shield-secrets/thread", $was, $is),
            file!($from, "shield-secrets/trouble", $was, $is),
        ]
    };
}

/// What all wrappers of JavaScript and TypeScript have in common.
macro_rules! ecmascript {
    ($alone:literal, $from:literal, $was:literal, $is:literal) => {
        Template {
            family: Family::EcmaScript,
            module: "shield-secrets",
            symbol: "getSecret",
            alias: "shieldGetSecret",
            default: "",
            plain: "",
            absent: "undefined",
            presence: ["!== undefined", "=== undefined"],
            files: &[
                file!($alone, "shield-secrets", $was, $is),
                check!("check.mjs"),
            ],
            adapters: &[
                Adapter {
                    backend: StoreKind::Aws,
                    files: reader!("shield-secrets/aws", "check-aws.mjs", $from, $was, $is),
                    package: Some(("@aws-sdk/client-secrets-manager", "^3.1163.0")),
                },
                Adapter {
                    backend: StoreKind::Vault,
                    files: reader!("shield-secrets/vault", "check-vault.mjs", $from, $was, $is),
                    package: None,
                },
            ],
            extras: &[],
            lists: &[
                (
                    &[StoreKind::Aws],
                    file!(
                        $from,
                        "shield-secrets/adapters-aws",
                        "shield-secrets/adapters",
                        $was,
                        $is
                    ),
                ),
                (
                    &[StoreKind::Vault],
                    file!(
                        $from,
                        "shield-secrets/adapters-vault",
                        "shield-secrets/adapters",
                        $was,
                        $is
                    ),
                ),
                (
                    &[StoreKind::Aws, StoreKind::Vault],
                    file!($from, "shield-secrets/adapters", $was, $is),
                ),
            ],
            package: "age-encryption",
            range: "^0.3.1",
        }
    };
}

/// `shield-secrets.ts`.
pub(super) static TYPESCRIPT: Template = ecmascript!("", "source/", ".ts", ".ts");

/// `shield-secrets.js`, a module.
pub(super) static MODULE: Template =
    ecmascript!("javascript/", "javascript/stores/", ".mjs", ".js");

/// `shield-secrets.mjs`.
pub(super) static MODULE_MJS: Template =
    ecmascript!("javascript/", "javascript/stores/", ".mjs", ".mjs");

/// `shield-secrets.js`, `CommonJS`.
pub(super) static COMMON_JS: Template =
    ecmascript!("javascript/", "javascript/stores/", ".cjs", ".js");

/// `shield-secrets.cjs`.
pub(super) static COMMON_JS_CJS: Template =
    ecmascript!("javascript/", "javascript/stores/", ".cjs", ".cjs");
