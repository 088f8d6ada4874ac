import type { Logs } from "./logs.ts";
import type { StateDict } from "../snapshot/training-state.ts";
import type { BatchMeans } from "./batch-means.ts";
import type { DataCursor } from "./data-source.ts";
import type { DataDescriptor } from "./descriptor.ts";
import type { Position } from "./position.ts";

/** What a loop over data is for: only batches of training count as steps. */
export type Purpose = "training" | "validation";

/** How far one loop over data within an epoch has come. */
export interface PhaseProgress {
  readonly name: string;
  readonly purpose: Purpose;
  /** Batches done. */
  batch: number;
  /** Whether the loop has ended, at the end of its data or by being left. */
  done: boolean;
  /** The state that the data gave of itself after `batch` batches, if it keeps one. */
  data: StateDict | undefined;
  /** The way through the data, once it was opened in this life. Not saved. */
  cursor: DataCursor<unknown> | undefined;
}

type SavedPhase = Omit<PhaseProgress, "cursor">;

/** Everything about the position that must survive an interruption, as plain data. */
export interface SavedProgress {
  readonly begun: boolean;
  readonly phases: ReadonlyMap<string, SavedPhase>;
  readonly descriptors: Map<string, DataDescriptor>;
  readonly logs: Logs;
  readonly totals: Record<string, number>;
  readonly means: BatchMeans;
  readonly lastLogs: Logs;
  readonly completed: string | undefined;
}

/** Where the run is: counted by `Training`, saved with every checkpoint, compared and loaded back. */
export class Progress {
  epoch = 0;
  /** Training batches done over the whole run. */
  step = 0;
  /** Whether the begin hooks of this epoch were called. */
  begun = false;
  /** Why training is complete, once that was decided. */
  completed: string | undefined;
  /** What the user says about this epoch; wins over the means of its batches. */
  logs: Logs = {};
  /** What the epoch before this one has logged in all. */
  lastLogs: Logs = {};
  totals: Record<string, number> = {};
  means: BatchMeans = new Map();
  current: PhaseProgress | undefined;
  /** The last data of each phase, to notice when it changes from one epoch to the next. */
  descriptors: Map<string, DataDescriptor> = new Map();
  readonly #phases: Map<string, PhaseProgress> = new Map();

  get position(): Position {
    const phase = this.current?.name ?? "begin";
    return { epoch: this.epoch, phase, batch: this.current?.batch ?? 0, step: this.step };
  }

  /** The progress of a phase of this epoch, if it was entered before. */
  phase(name: string): PhaseProgress | undefined {
    return this.#phases.get(name);
  }

  /** Makes a phase the current one: a new one, or one that an interrupted epoch had entered. */
  enter(name: string, purpose: Purpose): PhaseProgress {
    const fresh = { name, purpose, batch: 0, done: false, data: undefined, cursor: undefined };
    const entered: PhaseProgress = this.#phases.get(name) ?? fresh;
    entered.done = false;
    this.#phases.set(name, entered);
    return (this.current = entered);
  }

  nextEpoch(): void {
    this.epoch++;
    this.begun = false;
    this.logs = {};
    this.totals = {};
    this.means = new Map();
    this.current = undefined;
    this.#phases.clear();
  }

  save(): SavedProgress {
    // The first three are what the position tells.
    const { epoch: _epoch, step: _step, current: _current, ...saved } = this;
    const phases = new Map([...this.#phases].map(([name, phase]) => [name, savePhase(phase)]));
    return { ...saved, phases };
  }

  /** Takes over what `save` gave in an earlier life. */
  load({ epoch, step, phase }: Position, { phases, ...saved }: SavedProgress): void {
    Object.assign(this, saved, { epoch, step });
    for (const [name, it] of phases) this.#phases.set(name, { ...it, cursor: undefined });
    this.current = this.#phases.get(phase);
  }
}

function savePhase({ cursor, ...phase }: PhaseProgress): SavedPhase {
  return cursor?.stateDict ? { ...phase, data: cursor.stateDict() } : phase;
}
