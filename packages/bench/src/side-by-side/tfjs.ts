import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { dispose, io, tensor, type Tensor } from "@tensorflow/tfjs-core";
import { useBackend } from "../budgets/tfjs-training.ts";
import { busyTime, type Peer } from "./peer.ts";

/** What `model.save("file://…")` of TensorFlow.js does: all weights in one buffer, two files in place. */
export const tfjs: Peer = {
  name: "tfjs, as model.save",
  survives: "neither",
  async open(folder, tensors) {
    await useBackend("cpu");
    const weights: Record<string, Tensor> = Object.fromEntries(
      Object.entries(tensors).map(([name, values]) => [name, tensor(values)]),
    );
    const save = async (): Promise<void> => {
      const { data, specs } = await io.encodeWeights(weights);
      await writeFile(join(folder, "model.json"), JSON.stringify(specs));
      await writeFile(join(folder, "weights.bin"), new Uint8Array(data));
    };
    return {
      save: () => busyTime(save),
      async close() {
        dispose(weights);
      },
    };
  },
};
