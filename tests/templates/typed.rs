//! Fixed Python has the types that it had (invariant I7); `fixed` says the same of TypeScript.

use libtest_mimic::Failed;
use libtest_mimic::Trial;
use shield::fix::Applicability;

use crate::project::Project;
use crate::project::reasons;
use crate::python;
use crate::tool;

/// Reads of secrets in every form, of which types depend in many ways.
const SHAPES: &str = r#"
import os
from dataclasses import dataclass, field
from os import environ, getenv
from typing import Dict, List, Mapping, NamedTuple, Optional, Tuple, TypedDict, Union


def use(value: str) -> int:
    return len(value)


def maybe(value: Optional[str]) -> None:
    pass


A: str = os.environ["A_SECRET"]
B: Optional[str] = os.environ.get("B_SECRET")
C: str = os.environ.get("C_SECRET", "")
D: str = os.getenv("D_SECRET") or "fallback"
E: Union[str, int] = os.getenv("E_SECRET", 5)
F: Optional[str] = getenv("F_SECRET", None)
G: List[str] = environ["G_SECRET"].split(",")
H: bytes = os.environ["H_SECRET"].encode()
I: str = f"x{environ['I_SECRET']}y"
J: Tuple[str, Optional[str]] = (os.environ["J_SECRET"], os.getenv("K_SECRET"))
L: Dict[str, str] = {"password": os.environ["L_SECRET"]}
M: Mapping[str, Optional[str]] = {"token": os.getenv("M_SECRET")}
N: bool = bool(os.getenv("N_SECRET"))
O: int = use(os.environ["O_SECRET"])
P: str = os.environ.get("P_SECRET", os.environ["Q_SECRET"])
R: List[str] = [it for it in (os.environ["R_SECRET"],) if it]
S: "str | None" = os.environ.get("S_SECRET")


class Keys(NamedTuple):
    first: str
    second: Optional[str] = None


class Login(TypedDict):
    password: str


@dataclass
class Settings:
    key: str = os.environ["KEY_SECRET"]
    token: Optional[str] = field(default_factory=lambda: os.environ.get("T_SECRET"))


keys = Keys(os.environ["FIRST_SECRET"], os.getenv("SECOND_SECRET"))
login: Login = {"password": os.environ["LOGIN_PASSWORD"]}


def needed() -> str:
    found = os.environ.get("U_SECRET")
    if found is None:
        raise RuntimeError("U_SECRET")
    return found


def given(value: str = os.environ["V_SECRET"]) -> str:
    return value.strip() + "x"


def walrus() -> int:
    if (found := os.getenv("W_SECRET")) is not None:
        return use(found)
    maybe(os.getenv("X_SECRET"))
    return 0


def caught() -> str:
    try:
        return os.environ["Y_SECRET"]
    except KeyError as missing:
        raise SystemExit(f"{missing} is not set") from missing


async def later() -> Optional[str]:
    return os.environ.get("Z_SECRET")
"#;

/// The test, where there is a Python.
pub(crate) fn trials() -> Vec<Trial> {
    let version = python::VERSION.as_deref();
    vec![tool::trial(
        "python/i7-fixed-has-the-types-it-had",
        "python3",
        version,
        has_its_types,
    )]
}

/// The type checker has nothing to say before the fix, and nothing after it.
fn has_its_types() -> Result<(), Failed> {
    let project = Project::of(&[("app.py", SHAPES), ("shop/__init__.py", SHAPES)])?;
    let interpreter = python::interpreter()?;
    let check = || {
        let mut mypy = python::python(&interpreter);
        mypy.args(["-m", "mypy", "--strict", "--cache-dir"])
            .arg(tool::target().join("mypy"))
            .args(["app.py", "shop"])
            .current_dir(&project.root);
        tool::run(&mut mypy)
    };
    check()?;
    let plan = project.plan_at(Applicability::Unsafe)?;
    let done = plan.files.iter().flat_map(|it| &it.fixes);
    let fixed: usize = done.map(|it| it.findings.len()).sum();
    if fixed < 2 * 28 {
        return Err(format!("{fixed} fixed, {:?}", reasons(&plan)).into());
    }
    project.write(&plan)?;
    check().map_err(|failed| {
        let texts: String = plan.files.iter().map(|it| it.after.as_str()).collect();
        let message = failed.message().unwrap_or_default();
        Failed::from(format!("{message}\n{texts}"))
    })?;
    Ok(())
}
