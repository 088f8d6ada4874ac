/** A function of the platform, of which nothing is known but that it can be called. */
export type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;

export type Methods = Record<string, AnyFunction | undefined>;

/** Calls what is replaced, with the same `this`. */
export type CallOriginal = (...args: unknown[]) => unknown;

let depth = 0;

/**
 * Puts `replacement` in the place of a method. What the platform's own functions call of each other
 * is left alone, since it differs from version to version. Absent methods stay absent.
 */
export function replaceMethod(
  owner: Methods,
  name: string,
  replacement: (call: CallOriginal, args: unknown[], self: unknown) => unknown,
): void {
  const original = owner[name];
  if (original === undefined) return;
  const replaced = function (this: unknown, ...args: unknown[]): unknown {
    const call: CallOriginal = (...passed) => {
      depth += 1;
      try {
        return original.apply(this, passed);
      } finally {
        depth -= 1;
      }
    };
    return depth > 0 ? call(...args) : replacement(call, args, this);
  };
  // The name, and what `util.promisify` looks for.
  Object.defineProperties(replaced, Object.getOwnPropertyDescriptors(original));
  owner[name] = replaced;
}

/** Calls `observe` before each call of a method. */
export function beforeMethod(
  owner: Methods,
  name: string,
  observe: (args: unknown[], self: unknown) => void,
): void {
  replaceMethod(owner, name, (call, args, self) => {
    observe(args, self);
    return call(...args);
  });
}
