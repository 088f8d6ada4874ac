import { isObject } from "./is-object.ts";

/** Every kind of failure that Reprise reports. Each is a heading in `docs/errors.md`. */
export const repriseErrorCodes = [
  /** An option or argument has a value that Reprise does not accept. */
  "INVALID_ARGUMENT",
  /** A method was called at a moment at which it has no meaning, such as `batchEnd` before `begin`. */
  "OUT_OF_ORDER",
  /** A callback with state has no key, or two callbacks have the same one. */
  "INVALID_CALLBACK_KEY",
  /** A value in the training state cannot be saved and brought back exactly. */
  "UNSUPPORTED_STATE",
  /** The header that describes the state is larger than the format allows. */
  "HEADER_TOO_LARGE",
  /** The checkpoint and the program do not fit each other; every difference is listed. */
  "STATE_MISMATCH",
  /** The data of a phase that was interrupted is not the data the checkpoint was made with. */
  "DATA_MISMATCH",
  /** An iterator that an earlier epoch used up was given again. */
  "DATA_USED_UP",
  /** The state could not be loaded; training has not begun. */
  "LOAD_FAILED",
  /** Another live process trains with this store. */
  "RUN_ACTIVE",
  /** The store is held by a run of which nobody here can say whether it is alive. */
  "HOLDER_UNKNOWN",
  /** A newer run has taken over; this one may not save or remove anything more. */
  "SUPERSEDED",
  /** `mustResume` was asked for and there is nothing to resume from. */
  "CHECKPOINT_MISSING",
  /** Bytes of a checkpoint or a lease are missing, surplus or changed. */
  "CHECKPOINT_CORRUPT",
  /** A file with the name of a checkpoint was not written by Reprise. */
  "CHECKPOINT_FOREIGN",
  /** The checkpoint was written by a newer version of Reprise. */
  "CHECKPOINT_TOO_NEW",
  /** A checkpoint could not be saved; the last good one is untouched. */
  "SAVE_FAILED",
  /** What was on a GPU is gone with its device or context. */
  "DEVICE_LOST",
  /** The store has no entry of this name. */
  "NOT_FOUND",
  /** The store has an entry of this name already. */
  "ALREADY_EXISTS",
  /** The store has no room left. */
  "STORE_FULL",
  /** The store may not be read or written by this user, or is read-only. */
  "STORE_DENIED",
  /** The store lacks an ability that Reprise rests on. */
  "STORE_UNSUPPORTED",
  /** Any other failure of the store. */
  "STORE_FAILED",
  /** The machine announced that it will go; the state was saved. */
  "PREEMPTED",
  /** The installed version of a library that is trained with is not what Reprise rests on. */
  "PEER_UNSUPPORTED",
  /** A monitored value became NaN or infinite. */
  "NOT_FINITE",
  /** Training was failed by the program without an error of its own. */
  "TRAINING_FAILED",
] as const;

export type RepriseErrorCode = (typeof repriseErrorCodes)[number];

/** The exit codes of what is not for ever. All others: 78, do not restart. */
const exitCodes: { readonly [Code in RepriseErrorCode]?: number } = {
  // Start me again: nothing is wrong with the program.
  RUN_ACTIVE: 75,
  HOLDER_UNKNOWN: 75,
  PREEMPTED: 75,
  // The world around the program failed, and may have recovered.
  SAVE_FAILED: 1,
  DEVICE_LOST: 1,
  NOT_FOUND: 1,
  ALREADY_EXISTS: 1,
  STORE_FULL: 1,
  STORE_DENIED: 1,
  STORE_FAILED: 1,
  TRAINING_FAILED: 1,
};

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
    super(message, options.cause === undefined ? {} : { cause: options.cause });
    this.code = code;
    this.exitCode = exitCodes[code] ?? 78;
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
    isObject(value) &&
    (value as Record<symbol, unknown>)[brand] === true &&
    (code === undefined || (value as RepriseError).code === code)
  );
}

/** Why something failed, for people. */
export function messageOf(error: unknown): string {
  return (error as Error | null | undefined)?.message ?? String(error);
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
  if (typeof value === "string") return JSON.stringify(value.slice(0, 80));
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "function") return `the function ${value.name}`;
  if (!isObject(value)) return Object.is(value, -0) ? "-0" : String(value);
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const prototype = Object.getPrototypeOf(value) as { constructor?: { name: string } } | null;
  const name = prototype?.constructor?.name ?? "Object";
  if (ArrayBuffer.isView(value)) return `a ${name} of ${value.byteLength} bytes`;
  return name === "Object" ? "a plain object" : `an instance of ${name}`;
}
