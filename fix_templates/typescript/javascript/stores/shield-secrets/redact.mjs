// Written by shield. It is yours: read it, change it, commit it.
/* eslint-disable */
// biome-ignore-all lint: it comes as it is
// biome-ignore-all format: it comes as it is

// Values that do not show themselves when something is printed.

const HIDDEN = "**********";
const INSPECT = Symbol.for("nodejs.util.inspect.custom");
const values = new WeakMap();

/**
 * A value that is shown only to whoever asks for it.
 *
 *     const key = await getSecretValue("stripe-key");
 *     console.log(key);            // Secret(**********)
 *     new Stripe(key.reveal());
 */
export class Secret {
  constructor(value) {
    values.set(this, value);
    Object.defineProperty(this, INSPECT, { value: () => this.toString() });
  }

  reveal() {
    return values.get(this);
  }

  toString() {
    return `Secret(${HIDDEN})`;
  }

  toJSON() {
    return HIDDEN;
  }
}

/** The same object, which shows its keys and not its values when it is printed. */
export function redacted(fields) {
  const shown = {};
  for (const key of Object.keys(fields)) shown[key] = HIDDEN;
  return Object.defineProperty(fields, INSPECT, { value: () => shown });
}
