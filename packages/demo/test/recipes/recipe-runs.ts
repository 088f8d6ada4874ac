import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deserialize } from "node:v8";
import type { ScriptOptions } from "@reprise/testing/node";

/** Runs of recipes in processes of their own, each in a folder that it leaves its result in. */
export class RecipeRuns {
  readonly #base: string;

  private constructor(base: string) {
    this.#base = base;
  }

  static async create(): Promise<RecipeRuns> {
    return new RecipeRuns(await mkdtemp(join(tmpdir(), "reprise-recipes-")));
  }

  remove(): Promise<void> {
    return rm(this.#base, { recursive: true });
  }

  /** How the recipe of this name is started in the folder of this name. */
  script(recipe: string, folder: string): ScriptOptions {
    return {
      script: new URL("./run-recipe.ts", import.meta.url),
      args: [recipe, join(this.#base, folder)],
      nodeOptions: [
        "--conditions=@reprise/source",
        "--import",
        new URL("../../../../.ci/typescript.mjs", import.meta.url).href,
      ],
      directory: join(this.#base, folder),
      timeoutMs: 60_000,
    };
  }

  async resultIn(folder: string): Promise<unknown> {
    return deserialize(await readFile(join(this.#base, folder, "result")));
  }
}
