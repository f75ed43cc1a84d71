//! Manifests of Kubernetes.

use super::DataKind;
use super::site::Site;

/// A reference to a secret of the cluster, which is not made from git.
pub(super) fn advise(site: &Site<'_>, kind: DataKind) -> (DataKind, String, Option<String>) {
    let (variable, secret) = (&site.variable, &site.secret);
    if kind == DataKind::KubernetesSecret {
        let text = format!(
            "Keep the manifest out of git, or encrypt it: Sealed Secrets and SOPS encrypt what is \
             in git, the External Secrets Operator fetches `{secret}` from a store."
        );
        return (kind, text, None);
    }
    let text = format!(
        "Make a secret with `kubectl create secret generic`, and refer to it in the place of \
         `value`: `valueFrom: {{ secretKeyRef: {{ name: …, key: {secret} }} }}`."
    );
    let is_entry = site.binding.is_some_and(|it| {
        let inner = it.path.last().map_or("", String::as_str);
        inner == "env" && *variable == it.name
    });
    let reference = || {
        let (before, after) = site.around(site.binding?.value)?;
        let indent = before.split_once("value:")?.0;
        let plain = indent.trim().is_empty() && after.trim_matches(['"', '\'', ' ']).is_empty();
        let line =
            format!("{indent}valueFrom: {{ secretKeyRef: {{ name: {secret}, key: {secret} }} }}");
        plain.then(|| site.fit(line)).flatten()
    };
    (kind, text, is_entry.then(reference).flatten())
}
