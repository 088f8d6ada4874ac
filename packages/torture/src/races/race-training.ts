import { BackupAndRestore, type CheckpointStore, train } from "@reprise/loop";
import { createRaceState, digestOf, raceSteps, saveEverySteps, takeStep } from "./race-state.ts";
import { type RaceOrder, standReady } from "./race-talk.ts";

/** A small training that shows where it is, and waits where it is told to. */
export async function raceTraining(store: CheckpointStore, order: RaceOrder): Promise<void> {
  const { note, pass, close } = await standReady(order);
  const state = createRaceState();
  const run = await train({
    epochs: 1,
    state,
    callbacks: [
      new BackupAndRestore(store, {
        saveFreq: saveEverySteps,
        sync: true,
        takeOver: order.takeOver,
        onEvent: (event) => {
          if (event.type === "saved") note(`saved ${event.position.step}`);
          else if (event.type === "tookOver") note("tookOver");
        },
      }),
    ],
    onCompleted: () => note(`completed ${digestOf(state)}`),
  });
  note(`began ${run.position.step}`);
  for await (const epoch of run.epochs()) {
    const steps = Array.from({ length: raceSteps }, (_, step) => step);
    for await (const { value: step } of epoch.batches(steps)) {
      await pass(step);
      takeStep(state, step);
      note(`step ${step}`);
    }
  }
  close();
}
