import { isRecord, isText } from "../codec/guards.ts";
import { isFingerprint } from "../codec/metadata.ts";
import { expected, show } from "../errors.ts";
import { type SaveFrequency, toSavePolicy } from "../policy/save-frequency.ts";
import type { SavePolicy } from "../policy/save-policy.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { Preemption } from "../store/preemption.ts";
import type { CheckpointStore } from "../store/store.ts";
import { printEvent, type Report } from "../event.ts";

/** A user's facts about the program, such as `{ model: "mlp", hidden: 128 }`. */
export type Fingerprint = string | Readonly<Record<string, string | number | boolean | null>>;

/** Makes the saved training state fit a program that has changed. */
export type Migrate = (saved: StateDict, differences: readonly string[]) => StateDict;

/** How {@link BackupAndRestore} saves, resumes and ends. */
export interface BackupOptions {
  /**
   * When to save. Saves before a preemption and at a stop come on top.
   * @default "epoch"
   */
  readonly saveFreq?: SaveFrequency;
  /**
   * Remove the checkpoint once training is complete, as the very last act. Never after a failure, a
   * stop or a preemption.
   * @default true
   */
  readonly deleteCheckpoint?: boolean;
  /**
   * Keep one older checkpoint, and go back to it when the newest is unreadable.
   * @default false
   */
  readonly keepPrevious?: boolean;
  /**
   * Go back to an older checkpoint, if there happens to be one, when the newest is unreadable.
   * @default keepPrevious
   */
  readonly fallback?: boolean;
  /**
   * Refuse to begin anew when there is nothing to resume from.
   * @default false
   */
  readonly mustResume?: boolean;
  /**
   * Take the run over from a holder of which nobody can say whether it lives.
   * @default false
   */
  readonly takeOver?: boolean;
  /** Saved with every checkpoint; a run with another one is refused. */
  readonly fingerprint?: Fingerprint;
  /**
   * What to do when a checkpoint does not fit the program: refuse with all differences; go on and
   * report what is missing or left over; or rewrite the saved state.
   * @default "refuse"
   */
  readonly onMismatch?: "refuse" | "warn" | Migrate;
  /**
   * What to do when a save fails: report it and try again at the next save point, or fail the run.
   * The first save of a run always fails it.
   * @default "warn"
   */
  readonly onSaveError?: "warn" | "throw";
  /**
   * Wait at each save until it is durable, instead of for the copy only.
   * @default false
   */
  readonly sync?: boolean;
  /**
   * How bytes are checked: against accidents, or with a cryptographic hash.
   * @default "xxh64"
   */
  readonly checksum?: "xxh64" | "sha256";
  /** Names of state entries or tensors that are meant never to change. */
  readonly frozen?: readonly string[];
  /**
   * How to learn that the machine will go; `false` for not at all.
   * @default what the store brings
   */
  readonly preemption?: false | Preemption;
  /**
   * After a preemption's save: end the process with exit code 75, or throw `PREEMPTED`.
   * @default "exit" where the preemption can end the process
   */
  readonly onPreemption?: "exit" | "throw";
  /**
   * Called with whatever is worth knowing.
   * @default prints one line for a resume and for every warning
   */
  readonly onEvent?: Report;
}

/** Options with every default filled in. */
export interface ResolvedBackupOptions extends Required<
  Omit<BackupOptions, "saveFreq" | "fingerprint" | "preemption" | "onEvent">
> {
  readonly policy: SavePolicy;
  readonly fingerprint: Fingerprint | null;
  readonly preemption: Preemption | undefined;
  readonly report: Report;
}

type Check = readonly [expectation: string, isValid: (value: never) => unknown];
/** What an option is when it is not given, and what it may be. */
type Rule = readonly [byDefault: unknown, ...Check];
/** Options whose default depends on others, or that have none. */
type Open = "fallback" | "onPreemption" | "preemption" | "onEvent";
type Filled = Required<Omit<BackupOptions, Open | "fingerprint">> &
  Pick<BackupOptions, Open> & { readonly fingerprint: Fingerprint | null };

const oneOf = (...choices: readonly unknown[]): Check => [
  choices.map(show).join(" or "),
  (value: unknown) => choices.includes(value),
];
const flag = oneOf(true, false);
const isFunction = (value: unknown): boolean => typeof value === "function";

const rules: Readonly<Record<keyof BackupOptions, Rule>> = {
  saveFreq: ["epoch", "", () => true],
  deleteCheckpoint: [true, ...flag],
  keepPrevious: [false, ...flag],
  fallback: [undefined, ...flag],
  mustResume: [false, ...flag],
  takeOver: [false, ...flag],
  sync: [false, ...flag],
  onSaveError: ["warn", ...oneOf("warn", "throw")],
  checksum: ["xxh64", ...oneOf("xxh64", "sha256")],
  onPreemption: [undefined, ...oneOf("exit", "throw")],
  onMismatch: [
    "refuse",
    '"refuse", "warn" or a function that migrates the saved state',
    (value: unknown) => value === "refuse" || value === "warn" || isFunction(value),
  ],
  fingerprint: [
    null,
    "a string, or an object of strings, numbers, booleans and nulls",
    isFingerprint,
  ],
  frozen: [
    [],
    "an array of names of state entries",
    (value: unknown) => Array.isArray(value) && value.every(isText),
  ],
  preemption: [
    undefined,
    "false or an object with watch(notify)",
    (value: { watch?: unknown } | false | null) => value === false || isFunction(value?.watch),
  ],
  onEvent: [undefined, "a function", isFunction],
};

export function resolveBackupOptions(
  options: BackupOptions,
  store: CheckpointStore,
): ResolvedBackupOptions {
  if (!isRecord(options)) throw expected("the options of BackupAndRestore", "an object", options);
  const names = Object.keys(rules);
  for (const name of Object.keys(options))
    if (!names.includes(name))
      throw expected("an option of BackupAndRestore", names.join(", "), name);
  const filled = Object.entries(rules).map(([name, [byDefault, expectation, isValid]]) => {
    const { [name]: value = byDefault } = options;
    if (value !== byDefault && !isValid(value as never)) throw expected(name, expectation, value);
    return [name, value];
  });
  const { saveFreq, onEvent, ...all } = Object.fromEntries(filled) as Filled;
  const preemption = all.preemption === false ? undefined : (all.preemption ?? store.preemption);
  return {
    ...all,
    fallback: all.fallback ?? all.keepPrevious,
    onPreemption: all.onPreemption ?? (preemption?.exit ? "exit" : "throw"),
    preemption,
    sync: all.sync || store.supports?.background === false,
    policy: toSavePolicy(saveFreq, store.openLedger !== undefined),
    report: onEvent ? reportTo(onEvent) : printEvent,
  };
}

/** An observer that fails is reported: it must not make a save that succeeded look failed. */
function reportTo(onEvent: Report): Report {
  return (event) => {
    try {
      onEvent(event);
    } catch (error) {
      const message = `onEvent failed at "${event.message}": ${String(error)}`;
      printEvent({ type: "callbackFailed", error, message });
    }
  };
}
