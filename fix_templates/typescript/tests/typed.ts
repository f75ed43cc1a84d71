// What the compiler says about calls; only checked, never run.

import { getSecret, getSecretAsync, getSecretJson } from "../shield-secrets.js";

interface Login {
  username: string;
}

export const strict: string = getSecret("a");
export const named: string = getSecret("a", { env: "B" });
export const optional: string | undefined = getSecret("a", undefined);
export const nothing: string | null = getSecret("a", null, { env: "B" });
export const text: string = getSecret("a", "");
export const asserted: string = getSecret("a", undefined)!;
export const later: Promise<string> = getSecretAsync("a");
export const laterOptional: Promise<string | undefined> = getSecretAsync("a", undefined);
export const fields: Record<string, string> = getSecretJson("a");
export const login: Login = getSecretJson<Login>("a", { env: "B" });
export const missing: Login | undefined = getSecretJson<Login>("a", undefined);

// @ts-expect-error It may be missing.
export const wrong: string = getSecret("a", undefined);
// @ts-expect-error A number is no fallback.
getSecret("a", 1);
// @ts-expect-error There is no such option.
getSecret("a", { evn: "B" });
// @ts-expect-error A name is a text.
getSecret(1);
