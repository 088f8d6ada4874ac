type AnyFunction = (this: unknown, ...args: unknown[]) => unknown;
type Owner = Record<string, unknown>;

/** What of the platform there is depends on the platform. */
interface Platform {
  readonly Date: typeof Date;
  readonly performance?: Owner;
  readonly crypto?: Owner;
  readonly process?: Owner & { readonly getBuiltinModule?: (name: string) => Owner | undefined };
}

/** Is told of each use of a source of chance or time, such as `Math.random`. */
export type Note = (source: string) => void;

/**
 * Puts traps on every source of chance and time that a program can reach through the globals, and
 * sets all clocks ahead by `aheadMs`, whole seconds. Returns what takes the traps away again.
 *
 * In Node, the functions of `node:crypto` are trapped as well.
 */
export function setTraps(note: Note, aheadMs: number): () => void {
  const platform = globalThis as unknown as Platform;
  const undo: (() => void)[] = [];

  const replace = (owner: object | undefined, name: string, make: (original: never) => unknown) => {
    const original = (owner as Owner | undefined)?.[name];
    if (owner === undefined || typeof original !== "function") return;
    const own = Object.getOwnPropertyDescriptor(owner, name);
    const value = make(original as never);
    Object.defineProperty(owner, name, { value, writable: true, configurable: true });
    undo.push(() => {
      if (own) Object.defineProperty(owner, name, own);
      else delete (owner as Owner)[name];
    });
  };

  const trap = (
    source: string,
    owner: object | undefined,
    name: string,
    change: (result: never) => unknown = (result) => result,
  ) =>
    replace(owner, name, (original: AnyFunction) => {
      const trapped = function (this: unknown, ...args: unknown[]): unknown {
        note(source);
        return change(Reflect.apply(original, this, args) as never);
      };
      return Object.defineProperties(trapped, Object.getOwnPropertyDescriptors(original));
    });

  const later = (milliseconds: number): number => milliseconds + aheadMs;
  const { performance, crypto, process } = platform;
  trap("Math.random", Math, "random");
  trap("crypto.getRandomValues", crypto, "getRandomValues");
  trap("crypto.randomUUID", crypto, "randomUUID");
  const realNow = Date.now;
  replace(platform, "Date", (original: typeof Date) =>
    trappedDate(original, note, () => later(realNow())),
  );
  trap("Date.now", Date, "now", later);
  trap("performance.now", performance, "now", later);
  trap("process.hrtime", process, "hrtime", ([seconds, nanoseconds]: readonly [number, number]) => [
    seconds + aheadMs / 1000,
    nanoseconds,
  ]);
  const { hrtime } = process ?? {};
  trap("process.hrtime.bigint", hrtime as object | undefined, "bigint", (time: bigint) => {
    return time + BigInt(aheadMs) * 1_000_000n;
  });

  const builtIn = (name: string): Owner | undefined => process?.getBuiltinModule?.(name);
  const nodeCrypto = builtIn("node:crypto");
  for (const name of ["randomBytes", "randomFillSync", "randomInt", "randomUUID"]) {
    trap(`node:crypto.${name}`, nodeCrypto, name);
  }
  const spread = (): void => {
    // What modules have imported by name follows only now.
    (builtIn("node:module")?.["syncBuiltinESMExports"] as AnyFunction | undefined)?.call(undefined);
  };
  spread();

  return () => {
    for (const each of undo.toReversed()) each();
    spread();
  };
}

/** `new Date()` and `Date()` tell the time; with arguments, `Date` only counts. */
function trappedDate(original: typeof Date, note: Note, now: () => number): typeof Date {
  const trapped: typeof Date = new Proxy(original, {
    construct(target, args: unknown[], newTarget) {
      const made = newTarget === trapped ? target : newTarget;
      if (args.length > 0) return Reflect.construct(target, args, made) as object;
      note("new Date()");
      return Reflect.construct(target, [now()], made) as object;
    },
    apply(target) {
      note("Date()");
      return String(new target(now()));
    },
  });
  return trapped;
}
