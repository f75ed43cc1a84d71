//! Data formats by the names of files.

use camino::Utf8Path;

use super::Format;

/// Endings that say a file is a model for another one, or a copy of it.
const MODELS: [&str; 14] = [
    ".example",
    ".sample",
    ".template",
    ".dist",
    ".default",
    ".bak",
    ".backup",
    ".old",
    ".orig",
    ".tmpl",
    ".tpl",
    ".j2",
    ".erb",
    ".in",
];

/// The data format of a file, by its name.
pub(in crate::lang) fn format_of(path: &Utf8Path) -> Option<Format> {
    let lower = path.file_name()?.to_ascii_lowercase();
    let parent = path.parent().and_then(Utf8Path::file_name);
    by_name(&lower, parent.unwrap_or_default()).or_else(|| {
        let model = MODELS.iter().find_map(|it| lower.strip_suffix(it))?;
        by_name(model, parent.unwrap_or_default())
    })
}

fn by_name(name: &str, parent: &str) -> Option<Format> {
    match (name, parent) {
        ("credentials" | "config", ".aws") | ("config", ".git") => return Some(Format::Ini),
        ("config", ".kube") => return Some(Format::Yaml),
        _ => {}
    }
    match name {
        ".env" | "env" => Some(Format::Dotenv),
        "dockerfile" | "containerfile" => Some(Format::Dockerfile),
        "pipfile" => Some(Format::Toml),
        "kubeconfig" | ".yarnrc.yml" | ".clang-format" => Some(Format::Yaml),
        ".npmrc" | ".pypirc" | ".netrc" | "_netrc" | ".gitconfig" | ".my.cnf" | ".s3cfg"
        | ".boto" | ".hgrc" | ".piprc" | ".yarnrc" | ".pgpass" | ".curlrc" | ".wgetrc" => {
            Some(Format::Ini)
        }
        ".envrc" | ".bashrc" | ".bash_profile" | ".bash_login" | ".bash_aliases" | ".profile"
        | ".zshrc" | ".zshenv" | ".zprofile" | ".zlogin" | ".kshrc" | "bashrc" | "zshrc"
        | "profile" | "makefile" | "gnumakefile" | "justfile" => Some(Format::Shell),
        ".babelrc" | ".eslintrc" | ".prettierrc" | ".dockercfg" | ".firebaserc" | ".bowerrc"
        | ".jshintrc" | ".swcrc" => Some(Format::Json),
        _ if name.starts_with("dockerfile.") || name.starts_with("containerfile.") => {
            Some(Format::Dockerfile)
        }
        _ if name.starts_with(".env.")
            || name.starts_with(".env-")
            || name.starts_with(".env_") =>
        {
            Some(Format::Dotenv)
        }
        _ => by_extension(name.rsplit_once('.')?.1),
    }
}

fn by_extension(extension: &str) -> Option<Format> {
    match extension {
        "env" => Some(Format::Dotenv),
        "ini" | "cfg" | "conf" | "cnf" | "cf" | "desktop" | "service" | "npmrc" | "pypirc"
        | "netrc" | "rdp" | "reg" | "ovpn" => Some(Format::Ini),
        "properties" => Some(Format::Properties),
        "yml" | "yaml" | "sls" | "raml" => Some(Format::Yaml),
        "json" | "jsonc" | "json5" | "jsonl" | "ndjson" | "ipynb" | "webmanifest" | "tfstate"
        | "har" | "code-workspace" | "avsc" | "hjson" => Some(Format::Json),
        "toml" => Some(Format::Toml),
        "xml" | "config" | "csproj" | "vbproj" | "fsproj" | "props" | "targets" | "plist"
        | "html" | "htm" | "xhtml" | "pom" | "settings" | "resx" | "xaml" | "nuspec" | "pubxml"
        | "wsdl" | "xsd" | "xsl" | "xslt" | "storyboard" | "xib" | "entitlements" | "iml"
        | "jmx" | "jelly" | "mobileconfig" | "runsettings" | "dtsx" | "rdl" => Some(Format::Xml),
        "tf" | "tfvars" | "hcl" | "nomad" => Some(Format::Hcl),
        "dockerfile" | "containerfile" => Some(Format::Dockerfile),
        "sh" | "bash" | "zsh" | "ksh" | "fish" | "csh" | "tcsh" | "ash" | "dash" | "command"
        | "mk" | "bats" | "envrc" | "ebuild" => Some(Format::Shell),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn formats_are_known_by_name() {
        let cases = [
            (
                Format::Dotenv,
                ".env .env.production prod.env .env.local.example",
            ),
            (
                Format::Shell,
                ".envrc deploy.sh .bash_profile run.sh.j2 Makefile",
            ),
            (
                Format::Ini,
                "setup.cfg .npmrc .aws/credentials .netrc .gitconfig",
            ),
            (Format::Properties, "application.properties"),
            (
                Format::Yaml,
                "compose.yml .github/workflows/ci.yaml .kube/config a.yml.sample",
            ),
            (
                Format::Json,
                "appsettings.json a.ipynb terraform.tfstate a.jsonc",
            ),
            (
                Format::Toml,
                "Pipfile pyproject.toml config.TOML config.toml.example",
            ),
            (Format::Xml, "Web.config pom.xml Info.plist shop.csproj"),
            (Format::Hcl, "main.tf prod.tfvars job.nomad terragrunt.hcl"),
            (
                Format::Dockerfile,
                "Dockerfile Dockerfile.dev api.dockerfile Containerfile",
            ),
        ];
        for (format, paths) in cases {
            for path in paths.split(' ') {
                assert_eq!(format_of(Utf8Path::new(path)), Some(format), "{path}");
            }
        }
    }

    #[test]
    fn other_files_have_none() {
        for path in [
            ".editorconfig",
            "README.md",
            "credentials",
            "a.go",
            "notes.txt",
            "a",
        ] {
            assert_eq!(format_of(Utf8Path::new(path)), None, "{path}");
        }
    }
}
