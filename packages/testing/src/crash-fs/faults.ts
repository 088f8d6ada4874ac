/** One call of a file system. */
export interface FsCall {
  /** 1 for the first call of a `CrashFs`. */
  readonly number: number;
  /** As in the errors of Node, such as `open`, `write`, `fsync`, `link` or `scandir`. */
  readonly syscall: string;
  readonly path: string;
}

/** What becomes of a call that does not go as it should. */
export type Fault =
  | { readonly kind: "fails"; readonly code: string; readonly hasLanded: boolean }
  /** It reports success and does nothing. */
  | { readonly kind: "lies" };

/** Which calls: the one of this number, or those that a predicate picks. */
export type WhichCall = number | ((call: FsCall) => boolean);

interface Plan {
  readonly which: WhichCall;
  readonly fault: Fault;
  readonly isForEver: boolean;
  isOver: boolean;
}

/** Counts the calls of a file system and decides which of them go wrong. */
export class Faults {
  readonly calls: FsCall[] = [];
  /** Those of the calls that went wrong. */
  readonly struck: FsCall[] = [];
  #plans: Plan[] = [];

  plan(which: WhichCall, fault: Fault, isForEver: boolean): void {
    this.#plans.push({ which, fault, isForEver, isOver: false });
  }

  clear(): void {
    this.#plans = [];
  }

  /** Counts a call. */
  next(syscall: string, path: string): Fault | undefined {
    const call: FsCall = { number: this.calls.length + 1, syscall, path };
    this.calls.push(call);
    const plan = this.#plans.find((candidate) => !candidate.isOver && strikes(candidate, call));
    if (plan === undefined) return undefined;
    plan.isOver = !plan.isForEver;
    this.struck.push(call);
    return plan.fault;
  }
}

/** For ever means from the first call on that was meant. */
function strikes(plan: Plan, call: FsCall): boolean {
  if (typeof plan.which === "function") return plan.which(call);
  return plan.isForEver ? call.number >= plan.which : call.number === plan.which;
}
