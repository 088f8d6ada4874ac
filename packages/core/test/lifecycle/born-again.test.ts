import { describe, expect, test } from "@jest/globals";
import type { BackupOptions } from "../../src/lifecycle/backup-options.ts";
import type { CheckpointStore } from "../../src/store/store.ts";
import { exactText } from "../codec/exact-text.ts";
import { begin, F32, Net, refusalOf, savedFrom } from "./changed-program.ts";

describe("once a difference was let pass, the run counts as born like the program is now:", () => {
  const on = (backend: string): { model: Net } => {
    const model = new Net({ backend: { [backend]: "computes other bits" } });
    return { model: Object.assign(model, { loadStateDict: () => {} }) };
  };

  /** Goes on from `store` with `options`, saves, and leaves. */
  async function goOn(store: CheckpointStore, state: unknown, options: BackupOptions = {}) {
    const training = await begin(state, store, options);
    training.stop();
    await training.batchEnd({});
    await training.end();
  }

  test.each<[string, BackupOptions["onMismatch"]]>([
    ["with a warning", "warn"],
    ["by a migration", () => ({ model: on("cpu").model.stateDict() })],
  ])("%s", async (_, onMismatch = "refuse") => {
    const store = await savedFrom(on("wasm"));
    await goOn(store, on("cpu"), { onMismatch });
    await goOn(store, on("cpu"));
    expect(await refusalOf(begin(on("wasm"), store))).toEqual([
      'state.model.backend.wasm: "computes other bits" in the program, absent in the checkpoint',
      'state.model.backend.cpu: "computes other bits" in the checkpoint, absent in the program',
    ]);
  });

  test("and otherwise as it was born", async () => {
    const born = { model: { slots: {} } };
    const store = await savedFrom(born, () => Object.assign(born.model.slots, { m: F32(1) }));
    await goOn(store, { model: { slots: { m: F32(0) } } });
    const fresh = { model: { slots: {} } };
    await begin(fresh, store);
    expect(exactText(fresh)).toBe(exactText({ model: { slots: { m: F32(1) } } }));
  });
});
