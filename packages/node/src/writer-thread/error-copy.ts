import { types } from "node:util";
import { isRepriseError, RepriseError, type RepriseErrorCode } from "@reprise/core";

/** An error as plain data: a thread that is sent an error gets no more of it than its message. */
export interface ErrorCopy {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
  /** Whether it is a `RepriseError`. */
  readonly isOurs: boolean;
  /** What of an error of the operating system, or of ours, is not its message. */
  readonly facts: Readonly<Record<string, unknown>>;
  readonly cause: ErrorCopy | undefined;
}

const factsOfErrors = ["code", "errno", "syscall", "path", "dest", "details"];

/** An error that causes itself must not be copied for ever. */
const maxCauses = 8;

export function copyError(error: unknown, causes: number = maxCauses): ErrorCopy {
  if (!isError(error)) return copyError(new Error(String(error)));
  const { name, message, stack, cause } = error;
  const facts = factsOfErrors.flatMap((fact) => {
    const value: unknown = Reflect.get(error, fact);
    return value === undefined
      ? []
      : [[fact, fact === "details" ? plainEntries(value) : plain(value)]];
  });
  return {
    name,
    message,
    stack,
    isOurs: isRepriseError(error),
    facts: Object.fromEntries(facts) as Record<string, unknown>,
    cause: cause === undefined || causes === 0 ? undefined : copyError(cause, causes - 1),
  };
}

/** Also one of another realm, such as that of a test runner; `instanceof` tells DOM exceptions. */
function isError(error: unknown): error is Error {
  return types.isNativeError(error) || error instanceof Error || isRepriseError(error);
}

function plainEntries(details: unknown): Record<string, unknown> {
  const entries = Object.entries(details as Record<string, unknown>);
  return Object.fromEntries(entries.map(([name, value]) => [name, plain(value)]));
}

/** Details may hold whatever a store put there; what cannot be sent is told in words. */
function plain(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return String(value);
  }
}

export function errorOf(copy: ErrorCopy): Error {
  const { name, message, stack, isOurs, facts } = copy;
  const options = copy.cause && { cause: errorOf(copy.cause) };
  const { code, details, ...more } = facts as {
    readonly code?: RepriseErrorCode;
    readonly details?: Readonly<Record<string, unknown>>;
  };
  const error =
    isOurs && code
      ? new RepriseError(code, message, { ...options, ...(details && { details }) })
      : Object.assign(new Error(message, options), { name, ...(code && { code }), ...more });
  if (stack !== undefined) error.stack = stack;
  return error;
}
