import {
  type BackupAndRestore,
  type Callback,
  copyState,
  type Logs,
  printEvent,
  restoreCopy,
  type StateDict,
  type TrainingControl,
  type TrainingOptions,
} from "@reprise/core";
import { keepParts } from "./keep-parts.ts";
import { changes, imageOf, type ObjectImage } from "./object-image.ts";
import { childPath, isObject, isStateful, type Part, partsOf, type Stateful } from "./parts.ts";

/** What is looked at: objects by name, or, for `true`, the state and the callbacks. */
export type Watched = true | Readonly<Record<string, object>>;

interface Before {
  readonly roots: readonly Part[];
  readonly image: ObjectImage;
  /** What says itself what of it is saved, numbered. */
  readonly stateful: Readonly<Record<string, Stateful>>;
  readonly copy: StateDict;
}

/**
 * Finds state that training changes and no checkpoint holds. At the end of an epoch, or after 1, 2, 4, …
 * steps of a loop without epochs, it looks for what has changed since the beginning, lets whatever has
 * `loadStateDict` load what it was then, as a resume would, and sees what does not go back. Then it
 * brings everything to where it was, so that training goes on with the same bits.
 */
export class UnsavedState implements Callback {
  readonly #training: Pick<TrainingOptions, "state" | "callbacks">;
  readonly #watched: Watched;
  readonly #backup: () => BackupAndRestore | undefined;
  readonly #reported: Set<string> = new Set();
  #before: Before | undefined;
  #steps = 0;

  constructor(
    training: Pick<TrainingOptions, "state" | "callbacks">,
    watched: Watched,
    backup: () => BackupAndRestore | undefined,
  ) {
    this.#training = training;
    this.#watched = watched;
    this.#backup = backup;
  }

  async onEpochBegin(): Promise<void> {
    const { saved, stateful: owners } = this.#survey();
    const roots = this.#watched === true ? this.#ownRoots(owners) : Object.entries(this.#watched);
    const stateful = Object.fromEntries([...owners.keys()].map((it, i) => [`${i}`, it]));
    const copy = await copyState(stateful);
    this.#before = { roots, image: imageOf(roots, saved), stateful, copy };
  }

  async onEpochEnd(epoch: number): Promise<void> {
    // A resume in the middle of an epoch does not begin it.
    if (this.#before) await this.#compareWith(this.#before, `epoch ${epoch}`);
  }

  onBatchBegin(_batch: number, _logs: Logs, training: TrainingControl): Promise<void> | undefined {
    if (this.#before || training.position.phase !== "steps") return undefined;
    return this.onEpochBegin();
  }

  onBatchEnd(_batch: number, _logs: Logs, training: TrainingControl): Promise<void> | undefined {
    if (this.#before === undefined || training.position.phase !== "steps") return undefined;
    const isDue = Number.isInteger(Math.log2(++this.#steps));
    return isDue ? this.#compareWith(this.#before, `step ${training.position.step}`) : undefined;
  }

  async #compareWith({ roots, image, stateful, copy }: Before, during: string): Promise<void> {
    this.#before = undefined;
    const known = this.#survey();
    const old = new Set(Object.values(stateful));
    // What came since is saved with all that it has, and nothing can be told of it yet.
    const saved = new Set([
      ...known.saved,
      ...[...known.stateful.keys()].filter((it) => !old.has(it)),
    ]);
    const changed = changes(image, imageOf(roots, saved));
    if (changed.size === 0) return;
    const giveBack = keepParts(old);
    const now = await copyState(stateful);
    await restoreCopy(stateful, copy);
    const left = changes(image, imageOf(roots, saved));
    await restoreCopy(stateful, now);
    giveBack();
    this.#tell(
      [...changed].filter(([path]) => left.has(path)),
      during,
    );
  }

  #tell(unsaved: readonly (readonly [path: string, place: string])[], during: string): void {
    const paths: string[] = [];
    for (const [path, place] of unsaved) {
      const isWithin = (whole: string): boolean =>
        path.startsWith(whole) && /^$|^[.[]/.test(path.slice(whole.length));
      if ([...this.#reported].some(isWithin)) continue;
      this.#reported.add(path);
      paths.push(path + place);
    }
    if (paths.length === 0) return;
    const more = paths.length > 10 ? ` and ${paths.length - 10} more` : "";
    const message =
      `changed in ${during}, and no checkpoint holds it: ${paths.slice(0, 10).join(", ")}${more}. A resume ` +
      `begins it anew: name it in the state, or in the stateDict() of what it belongs to. What training does ` +
      `not depend on may stay as it is.`;
    const report = this.#backup()?.options.report ?? printEvent;
    report({ type: "unsavedState", paths, message });
  }

  #ownRoots(owners: ReadonlyMap<Stateful, string>): readonly Part[] {
    const stateful = Array.from(owners, ([owner, path]): Part => [path, owner]);
    return [...stateful, ...this.#callbacks().filter(([, callback]) => !isStateful(callback))];
  }

  /** All but the backup, by their key or their place in the list. */
  #callbacks(): readonly (readonly [path: string, callback: Callback])[] {
    const all = this.#training.callbacks ?? [];
    return all.flatMap((it, i) => {
      if (it === this.#backup()) return [];
      return [[it.key === undefined ? `callbacks[${i}]` : childPath("callbacks", it.key), it]];
    });
  }

  /** What the checkpoint holds as it is, and, with their paths, what says itself what of it is saved. */
  #survey(): {
    readonly saved: ReadonlySet<object>;
    readonly stateful: ReadonlyMap<Stateful, string>;
  } {
    const saved = new Set<object>();
    const stateful = new Map<Stateful, string>();
    const visit = (path: string, value: unknown): void => {
      if (!isObject(value) || saved.has(value)) return;
      if (isStateful(value)) {
        if (!stateful.has(value)) stateful.set(value, path);
        return;
      }
      saved.add(value);
      for (const [at, part] of partsOf(path, value)) visit(at, part);
    };
    visit("state", this.#training.state);
    for (const [path, callback] of this.#callbacks())
      if (isStateful(callback)) visit(path, callback);
    return { saved, stateful };
  }
}
