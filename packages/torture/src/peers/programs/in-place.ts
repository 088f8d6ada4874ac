// The training of the races, which saves as the file handler of tfjs-node does: topology and weights
// in two files, each written in its place.
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RaceOrder } from "../../races/race-talk.ts";
import { trainPlainly } from "../plain-training.ts";
import { readIfAny } from "../state-file.ts";

await trainPlainly(JSON.parse(process.argv[2] ?? "") as RaceOrder, async (directory) => {
  const model = join(directory, "model.json");
  const weights = join(directory, "weights.bin");
  return {
    async load() {
      const [text, bytes] = [await readIfAny(model), await readIfAny(weights)];
      if (text === undefined || bytes === undefined) return undefined;
      const { userDefinedMetadata } = JSON.parse(text.toString()) as {
        readonly userDefinedMetadata: { readonly step: number };
      };
      return { step: userDefinedMetadata.step, bytes };
    },
    async save(step, bytes) {
      await mkdir(directory, { recursive: true });
      const topology = { format: "layers-model", userDefinedMetadata: { step } };
      await writeFile(model, JSON.stringify(topology));
      await writeFile(weights, bytes);
    },
  };
});
