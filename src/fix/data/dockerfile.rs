//! Dockerfiles.

use super::DataKind;
use super::site::Site;

/// A secret that is mounted while an image is built is not in it.
pub(super) fn advise(site: &Site<'_>) -> (DataKind, String, Option<String>) {
    let (variable, secret) = (&site.variable, &site.secret);
    let text = format!(
        "Values of `ENV` and `ARG` can be read from every image. What a running program needs, \
         give to the container: `docker run --env {variable}`. What a build needs, mount for the \
         step that needs it, and build with `--secret id={secret},env={variable}`."
    );
    let line = format!("RUN --mount=type=secret,id={secret},env={variable} …");
    (DataKind::Dockerfile, text, site.fit(line))
}
