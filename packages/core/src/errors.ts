/**
 * What the process should tell whoever started it: `75` start me again, `78` do not restart, the
 * configuration is wrong or another run has taken over.
 */
const exitCodes = {
  /** An option or argument has a value that Reprise does not accept. */
  INVALID_ARGUMENT: 78,
  /** A method was called at a moment at which it has no meaning, such as `batchEnd` before `begin`. */
  OUT_OF_ORDER: 78,
  /** A callback with state has no key, or two callbacks have the same one. */
  INVALID_CALLBACK_KEY: 78,
  /** A value in the training state cannot be saved and brought back exactly. */
  UNSUPPORTED_STATE: 78,
  /** The header that describes the state is larger than the format allows. */
  HEADER_TOO_LARGE: 78,
  /** The checkpoint and the program do not fit each other; every difference is listed. */
  STATE_MISMATCH: 78,
  /** The data of a phase that was interrupted is not the data the checkpoint was made with. */
  DATA_MISMATCH: 78,
  /** An iterator that an earlier epoch used up was given again. */
  DATA_USED_UP: 78,
  /** The state could not be loaded; training has not begun. */
  LOAD_FAILED: 78,
  /** Another live process trains with this store. */
  RUN_ACTIVE: 75,
  /** The store is held by a run of which nobody here can say whether it is alive. */
  HOLDER_UNKNOWN: 75,
  /** A newer run has taken over; this one may not save or remove anything more. */
  SUPERSEDED: 78,
  /** `mustResume` was asked for and there is nothing to resume from. */
  CHECKPOINT_MISSING: 78,
  /** Bytes of a checkpoint or a lease are missing, surplus or changed. */
  CHECKPOINT_CORRUPT: 78,
  /** A file with the name of a checkpoint was not written by Reprise. */
  CHECKPOINT_FOREIGN: 78,
  /** The checkpoint was written by a newer version of Reprise. */
  CHECKPOINT_TOO_NEW: 78,
  /** A checkpoint could not be saved; the last good one is untouched. */
  SAVE_FAILED: 1,
  /** The store has no entry of this name. */
  NOT_FOUND: 1,
  /** The store has an entry of this name already. */
  ALREADY_EXISTS: 1,
  /** The store has no room left. */
  STORE_FULL: 1,
  /** The store may not be read or written by this user, or is read-only. */
  STORE_DENIED: 1,
  /** The store lacks an ability that Reprise rests on. */
  STORE_UNSUPPORTED: 78,
  /** Any other failure of the store. */
  STORE_FAILED: 1,
  /** The machine announced that it will go; the state was saved. */
  PREEMPTED: 75,
  /** A monitored value became NaN or infinite. */
  NOT_FINITE: 78,
  /** Training was failed by the program without an error of its own. */
  TRAINING_FAILED: 1,
} as const;

/** Every kind of failure that Reprise reports. Each is a heading in `docs/errors.md`. */
export type RepriseErrorCode = keyof typeof exitCodes;

/** All codes, for tests and tools that must cover each of them. */
export const repriseErrorCodes: readonly RepriseErrorCode[] = Object.keys(
  exitCodes,
) as RepriseErrorCode[];

const brand = Symbol.for("reprise.error");

/** The one error class of Reprise: what, where, expected and found, and what to do. */
export class RepriseError extends Error {
  readonly code: RepriseErrorCode;
  /** The exit code a process should end with because of this error. */
  readonly exitCode: number;
  /** The facts behind the message, as data. */
  readonly details: Readonly<Record<string, unknown>>;

  constructor(
    code: RepriseErrorCode,
    message: string,
    options: { cause?: unknown; details?: Readonly<Record<string, unknown>> } = {},
  ) {
    super(message, "cause" in options ? { cause: options.cause } : {});
    this.code = code;
    this.exitCode = exitCodes[code];
    this.details = options.details ?? {};
    Object.defineProperty(this, brand, { value: true });
  }

  static {
    Object.defineProperty(this.prototype, "name", { value: "RepriseError" });
  }
}

/**
 * Whether `value` is a {@link RepriseError}, of `code` if one is given. Works across realms and
 * across two copies of this package, where `instanceof` does not.
 */
export function isRepriseError(value: unknown, code?: RepriseErrorCode): value is RepriseError {
  return (
    typeof value === "object" &&
    value !== null &&
    (value as Record<symbol, unknown>)[brand] === true &&
    (code === undefined || (value as RepriseError).code === code)
  );
}

/** The error for an argument that is not what it should be. */
export function expected(
  subject: string,
  expectation: string,
  found: unknown,
  cure = "",
): RepriseError {
  const message = `Expected ${subject} to be ${expectation}, found ${show(found)}.`;
  return new RepriseError("INVALID_ARGUMENT", cure ? `${message} ${cure}` : message, {
    details: { found },
  });
}

/** A value as it should look in a message: short, and telling `"1"` from `1`. */
export function show(value: unknown): string {
  if (typeof value === "string") return JSON.stringify(truncate(value));
  if (typeof value === "bigint") return `${value}n`;
  if (Object.is(value, -0)) return "-0";
  if (typeof value === "function") return `the function ${value.name || "(anonymous)"}`;
  if (typeof value !== "object" || value === null) return String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null;
  const name = prototype?.constructor?.name ?? "Object";
  if (ArrayBuffer.isView(value)) return `a ${name} of ${value.byteLength} bytes`;
  return name === "Object" ? "a plain object" : `an instance of ${name}`;
}

function truncate(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}...` : text;
}
