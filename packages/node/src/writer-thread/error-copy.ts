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

export function copyError(error: unknown): ErrorCopy {
  if (!(error instanceof Error) && !isRepriseError(error))
    return copyError(new Error(String(error)));
  const { name, message, stack, cause } = error;
  const facts = factsOfErrors.flatMap((fact) => {
    const value: unknown = Reflect.get(error, fact);
    return value === undefined ? [] : [[fact, plain(value)]];
  });
  return {
    name,
    message,
    stack,
    isOurs: isRepriseError(error),
    facts: Object.fromEntries(facts) as Record<string, unknown>,
    cause: cause === undefined ? undefined : copyError(cause),
  };
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
