// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Values that do not show themselves when something is printed.

const HIDDEN = "**********";
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const values = new WeakMap<object, unknown>();

/**
 * A value that is shown only to whoever asks for it.
 *
 *     const key = await getSecretValue("stripe-key");
 *     console.log(key);            // Secret(**********)
 *     new Stripe(key.reveal());
 */
export class Secret<T> {
  constructor(value: T) {
    values.set(this, value);
    Object.defineProperty(this, INSPECT, { value: () => this.toString() });
  }

  reveal(): T {
    return values.get(this) as T;
  }

  toString(): string {
    return `Secret(${HIDDEN})`;
  }

  toJSON(): string {
    return HIDDEN;
  }
}

/** The same object, which shows its keys and not its values when it is printed. */
export function redacted<T extends object>(fields: T): T {
  const shown: Record<string, string> = {};
  for (const key of Object.keys(fields)) shown[key] = HIDDEN;
  return Object.defineProperty(fields, INSPECT, { value: () => shown });
}
