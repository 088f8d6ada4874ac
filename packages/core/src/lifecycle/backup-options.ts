import * as z from "zod/mini";
import { RepriseError, show } from "../errors.ts";
import { type SaveFrequency, toSavePolicy } from "../policy/save-frequency.ts";
import type { SavePolicy } from "../policy/save-policy.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { Preemption } from "../store/preemption.ts";
import type { CheckpointStore } from "../store/store.ts";
import { printEvent, type Report } from "./event.ts";

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
export interface ResolvedBackupOptions {
  readonly policy: SavePolicy;
  readonly deleteCheckpoint: boolean;
  readonly keepPrevious: boolean;
  readonly fallback: boolean;
  readonly mustResume: boolean;
  readonly takeOver: boolean;
  readonly fingerprint: Fingerprint | null;
  readonly onMismatch: "refuse" | "warn" | Migrate;
  readonly onSaveError: "warn" | "throw";
  readonly sync: boolean;
  readonly checksum: "xxh64" | "sha256";
  readonly frozen: readonly string[];
  readonly preemption: Preemption | undefined;
  readonly onPreemption: "exit" | "throw";
  readonly report: Report;
}

const aFunction = z.custom<(...args: never[]) => unknown>((value) => typeof value === "function");
const flag = z.optional(z.boolean());
const fact = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const schema = z.strictObject({
  saveFreq: z.optional(z.unknown()),
  deleteCheckpoint: flag,
  keepPrevious: flag,
  fallback: flag,
  mustResume: flag,
  takeOver: flag,
  fingerprint: z.optional(z.union([z.string(), z.record(z.string(), fact)])),
  onMismatch: z.optional(z.union([z.enum(["refuse", "warn"]), aFunction])),
  onSaveError: z.optional(z.enum(["warn", "throw"])),
  sync: flag,
  checksum: z.optional(z.enum(["xxh64", "sha256"])),
  frozen: z.optional(z.array(z.string())),
  preemption: z.optional(z.union([z.literal(false), z.object({ watch: aFunction })])),
  onPreemption: z.optional(z.enum(["exit", "throw"])),
  onEvent: z.optional(aFunction),
});

/** What each option accepts, in words: a schema's own messages speak of types, not of training. */
const accepts: Readonly<Record<string, string>> = {
  fingerprint: "a string or a plain object of strings, numbers, booleans and nulls",
  onMismatch: '"refuse", "warn" or a function that migrates the saved state',
  onSaveError: '"warn" or "throw"',
  checksum: '"xxh64" or "sha256"',
  frozen: "an array of names of state entries",
  preemption: "false or an object with watch(notify)",
  onPreemption: '"exit" or "throw"',
  onEvent: "a function",
};

export function resolveBackupOptions(
  options: BackupOptions,
  store: CheckpointStore,
): ResolvedBackupOptions {
  const parsed = schema.safeParse(options);
  if (!parsed.success) throw invalidOption(options, parsed.error.issues[0]);
  const keepPrevious = options.keepPrevious ?? false;
  const preemption =
    options.preemption === false ? undefined : (options.preemption ?? store.preemption);
  return {
    policy: toSavePolicy(options.saveFreq === undefined ? "epoch" : options.saveFreq),
    deleteCheckpoint: options.deleteCheckpoint ?? true,
    keepPrevious,
    fallback: options.fallback ?? keepPrevious,
    mustResume: options.mustResume ?? false,
    takeOver: options.takeOver ?? false,
    fingerprint: options.fingerprint ?? null,
    onMismatch: options.onMismatch ?? "refuse",
    onSaveError: options.onSaveError ?? "warn",
    sync: options.sync ?? false,
    checksum: options.checksum ?? "xxh64",
    frozen: options.frozen ?? [],
    preemption,
    onPreemption: options.onPreemption ?? (preemption?.exit ? "exit" : "throw"),
    report: options.onEvent ? reportTo(options.onEvent) : printEvent,
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

function invalidOption(
  options: unknown,
  issue:
    | { readonly code?: string; readonly path: PropertyKey[]; readonly keys?: string[] }
    | undefined,
): RepriseError {
  if (issue === undefined || (issue.path.length === 0 && issue.keys === undefined)) {
    return new RepriseError(
      "INVALID_ARGUMENT",
      `Expected the options of BackupAndRestore to be an object, found ${show(options)}.`,
    );
  }
  if (issue.code === "unrecognized_keys") {
    return new RepriseError(
      "INVALID_ARGUMENT",
      `BackupAndRestore has no option ${issue.keys?.map(show).join(", ")}. It has ` +
        `${Object.keys(schema.shape).join(", ")}.`,
    );
  }
  const name = String(issue.path[0]);
  const found: unknown = (options as Record<string, unknown>)[name];
  return new RepriseError(
    "INVALID_ARGUMENT",
    `Expected ${name} of BackupAndRestore to be ${accepts[name] ?? "true or false"}, found ${show(found)}.`,
    { details: { option: name, found } },
  );
}
