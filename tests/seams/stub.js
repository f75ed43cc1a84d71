// Stands in for the wrapper: everything that the environment does not have is in the store.
export function getSecret(name, fallback, options) {
  const variable = options?.env ?? name.replace(/-/g, "_").toUpperCase();
  return process.env[variable] ?? `postgres://app:stored-${name}@db.example/shop`;
}
