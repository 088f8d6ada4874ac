import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { deserialize } from "node:v8";
import { expect } from "@jest/globals";
import { firstDifference } from "@reprise/testing";
import { runScript, type ScriptOptions, type ScriptResult } from "@reprise/testing/node";
import { bundleProgram } from "../bundle-program.ts";
import type { TrainOrder } from "./programs/train-order.ts";

/** What all processes of a test have in common. */
interface Surroundings {
  readonly backend: TrainOrder["backend"] & string;
  readonly env?: Readonly<Record<string, string>>;
}

/** The program `train.ts`: how it is started, and what it leaves compared with what it leaves undisturbed. */
export class TrainProgram {
  readonly #base: string;
  readonly #surroundings: Surroundings;
  /** What a run of each kind leaves that nothing happened to. */
  readonly #undisturbed: Map<string, unknown> = new Map();

  private constructor(base: string, surroundings: Surroundings) {
    this.#base = base;
    this.#surroundings = surroundings;
  }

  static async build(surroundings: Surroundings = { backend: "cpu" }): Promise<TrainProgram> {
    const base = await mkdtemp(join(tmpdir(), "reprise-tfjs-"));
    const source = fileURLToPath(new URL("./programs/train.ts", import.meta.url));
    await bundleProgram(source, join(base, "train.mjs"));
    return new TrainProgram(base, surroundings);
  }

  remove(): Promise<void> {
    return rm(this.#base, { recursive: true });
  }

  makeFolder(name: string): Promise<string> {
    return mkdtemp(join(this.#base, name));
  }

  /** Runs a process of which no file operation has to be known. */
  finish(order: Omit<TrainOrder, "backend">): Promise<ScriptResult> {
    const { directory: _, ...script } = this.scriptFor(order);
    return runScript(script);
  }

  scriptFor(order: Omit<TrainOrder, "backend">): ScriptOptions {
    const { backend, env = {} } = this.#surroundings;
    // To watch its file operations costs a process a second, and one that is killed in a hook needs none.
    const watched = order.killIn ? {} : { directory: order.folder };
    return {
      script: join(this.#base, "train.mjs"),
      args: [JSON.stringify({ ...order, backend } satisfies TrainOrder)],
      ...watched,
      env,
      timeoutMs: 60_000,
    };
  }

  async outcomeIn(folder: string): Promise<unknown> {
    return deserialize(await readFile(join(folder, "outcome")));
  }

  async expectUndisturbed(folder: string, kind: string): Promise<void> {
    const expected = await this.#outcomeOfUndisturbed(kind);
    const difference = firstDifference(await this.outcomeIn(folder), expected);
    expect({ kind, difference }).toEqual({ kind, difference: undefined });
    // Never another backend, to which tfjs goes over by itself.
    expect(expected).toHaveProperty(["model", "backend", this.#surroundings.backend]);
    // Only the lease of a finished run is left.
    expect((await readdir(join(folder, "backup"))).join()).toMatch(/^lease-\d+\.json$/);
  }

  /** Trains all `kinds` undisturbed, in one process. */
  async runUndisturbed(kinds: readonly string[]): Promise<void> {
    const trainings = await Promise.all(
      kinds.map(async (kind) => ({ kind, folder: await this.makeFolder("undisturbed") })),
    );
    const [last, ...before] = trainings;
    if (!last) return;
    const { exitCode, stderr } = await this.finish({ ...last, before });
    expect({ exitCode, stderr }).toMatchObject({ exitCode: 0 });
    for (const { kind, folder } of trainings)
      this.#undisturbed.set(kind, await this.outcomeIn(folder));
  }

  async #outcomeOfUndisturbed(kind: string): Promise<unknown> {
    if (!this.#undisturbed.has(kind)) await this.runUndisturbed([kind]);
    return this.#undisturbed.get(kind);
  }
}
