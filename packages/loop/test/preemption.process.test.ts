import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, jest, test } from "@jest/globals";
import type { Preemption } from "@reprise/core";
import { memory } from "@reprise/loop";
import { firstDifference } from "@reprise/testing";
import { backupTo, differencesAfterCrashes } from "./programs/lives.ts";
import { trainToy } from "./programs/toy.ts";
import { useWorkshop } from "./programs/use-workshop.ts";

jest.setTimeout(60_000);

// A batch takes longer than the time after which the loop lets signals through.
const slow = { busyMs: 6, isTalkative: true };

const toy = useWorkshop();

describe("SIGTERM", () => {
  for (const place of ["before update 1/1", "after update 0/3", "onEpochEnd 1", "validation 1/0"]) {
    test(`at "${place}" saves at the next boundary, exits with 75, and is resumed exactly`, async () => {
      const folder = await toy.workshop.makeFolder();
      const options = { saveFreq: false } as const;
      const order = { ...slow, folder, options };
      const ending = await toy.workshop.run({ ...order, at: { [place]: "SIGTERM" } });
      expect(ending).toMatchObject({ exitCode: 75, signal: null });
      const [saved, preempted] = ending.lines.slice(-2);
      expect(saved).toMatch(/^saved at step \d+$/);
      expect(preempted).toBe("preempted");
      expect(ending.lines).not.toContain("at onTrainEnd");

      const second = await toy.workshop.run(order);
      expect(second.lines).toContain(saved?.replace("saved", "resumed"));
      expect(second.lines.at(-1)).toBe(toy.undisturbed);
    });
  }

  test("in a batch lets that batch finish, and begins at most one other", async () => {
    const folder = await toy.workshop.makeFolder();
    const at = { "before update 1/1": "SIGTERM" };
    const options = { saveFreq: false } as const;
    const { lines } = await toy.workshop.run({ ...slow, folder, options, at });
    const places = lines.slice(lines.indexOf("at before update 1/1"), -2);
    const batch = ["at after update 1/1", "at onBatchEnd 1"];
    const other = ["onBatchBegin 2", "before update 1/2", "after update 1/2", "onBatchEnd 2"];
    const one = ["at before update 1/1", ...batch];
    expect([one, [...one, ...other.map((place) => `at ${place}`)]]).toContainEqual(places);
    const batches = lines.filter((line) => line.startsWith("at onBatchEnd")).length;
    expect(lines.slice(-2)).toEqual([`saved at step ${batches}`, "preempted"]);
  });

  test("while a save is being written waits for that save and the last one", async () => {
    const folder = await toy.workshop.makeFolder();
    const order = { folder, epochs: 20, options: { saveFreq: 1 } };
    const child = toy.workshop.start({ ...order, ...slow });
    await child.says(/^saved at step 1$/m);
    child.process.kill("SIGTERM");
    const ending = await child.ended;
    expect(ending).toMatchObject({ exitCode: 75, stderr: "" });
    const batches = ending.lines.filter((line) => line.startsWith("at onBatchEnd")).length;
    expect(ending.lines.slice(-2)).toEqual([`saved at step ${batches}`, "preempted"]);
    const second = await toy.workshop.run(order);
    expect(second.lines[0]).toBe(`resumed at step ${batches}`);
    const whole = await toy.workshop.run({ ...order, folder: await toy.workshop.makeFolder() });
    expect(second.lines.at(-1)).toBe(whole.lines.at(-1));
  });

  test("is heard within two batches by a loop that never waits, and its saves go on", async () => {
    const folder = await toy.workshop.makeFolder();
    const order = { ...slow, folder, epochs: 1000, options: { saveFreq: 1 } };
    const child = toy.workshop.start(order);
    await child.says(/^saved at step [^1]/m);
    child.process.kill("SIGTERM");
    const { exitCode, lines } = await child.ended;
    expect(exitCode).toBe(75);
    expect(lines.filter((line) => line.startsWith("saved at step")).length).toBeGreaterThan(2);
    expect(lines.at(-1)).toBe("preempted");
  });

  test("a second time ends the process at once, with the last save intact", async () => {
    const folder = await toy.workshop.makeFolder();
    const order = { ...slow, folder, options: { saveFreq: 1, sync: true } };
    const child = toy.workshop.start({ ...order, at: { "before update 1/1": "wait" } });
    await child.says(/^waiting$/m);
    child.process.kill("SIGTERM");
    // Within a quarter of a second the second one would be taken for the echo of a launcher.
    await new Promise((resolve) => setTimeout(resolve, 400));
    child.process.kill("SIGTERM");
    expect(await child.ended).toMatchObject({ exitCode: null, signal: "SIGTERM" });
    const second = await toy.workshop.run(order);
    expect(second.lines).toContain("resumed at step 5");
    expect(second.lines.at(-1)).toBe(toy.undisturbed);
    expect(await readdir(join(folder, "backup"))).toHaveLength(1);
  });
});

describe("a preemption", () => {
  /** Announces that the machine will go when the program says so. */
  function announcer(): Preemption & { announce(): void } {
    const watchers = new Set<(reason: string) => void>();
    return {
      watch(notify) {
        watchers.add(notify);
        return () => watchers.delete(notify);
      },
      announce() {
        for (const notify of watchers) notify("the spot price rose");
      },
    };
  }

  test("throws where the process is not to be ended, and tells callbacks first", async () => {
    const store = memory();
    const preemption = announcer();
    const ends: unknown[] = [];
    const life = trainToy({
      backup: backupTo(store, { saveFreq: false, preemption }),
      visit: (place) => {
        if (place === "before update 1/2") preemption.announce();
      },
      arrange: (callbacks) => [
        { onTrainInterrupted: (end: unknown) => void ends.push(end) },
        ...callbacks,
      ],
    });
    await expect(life).rejects.toMatchObject({
      code: "PREEMPTED",
      exitCode: 75,
      details: { reason: "the spot price rose", saved: true },
    });
    expect(ends).toEqual([{ kind: "preempted", reason: "the spot price rose" }]);
    const resumed = await trainToy({ backup: backupTo(store) });
    expect(firstDifference(await trainToy(), resumed)).toBeUndefined();
  });

  test("anywhere is resumed exactly", async () => {
    const undisturbedToy = await trainToy();
    const places: string[] = [];
    await trainToy({ visit: (place) => places.push(place) });
    for (let nth = 1; nth < places.length; nth += 2) {
      const store = memory();
      const preemption = announcer();
      let visits = 0;
      const options = { saveFreq: false, preemption } as const;
      const life = trainToy({
        backup: backupTo(store, options),
        visit: () => (++visits === nth ? preemption.announce() : undefined),
      });
      const isTooLate = nth > places.indexOf("onTrainEnd");
      // Nobody watches yet in onTrainBegin, and when all is done there is nothing left to save.
      if (nth > 1 && !isTooLate) await expect(life).rejects.toMatchObject({ code: "PREEMPTED" });
      else await life;
      const resumed = await trainToy({ backup: backupTo(store, options) });
      expect([places[nth - 1], firstDifference(undisturbedToy, resumed)]).toEqual([
        places[nth - 1],
        undefined,
      ]);
    }
  });

  test("that is announced while nothing can be saved says that it was not", async () => {
    const store = memory();
    const preemption = announcer();
    let isBroken = false;
    const breaking = {
      ...store,
      async create(name: string, chunks: readonly Uint8Array[]) {
        if (isBroken && name.startsWith("checkpoint-")) throw new Error("the disk went first");
        await store.create(name, chunks);
      },
    };
    const life = trainToy({
      backup: backupTo(breaking, { saveFreq: 2, sync: true, preemption }),
      visit: (place) => {
        if (place !== "before update 1/2") return;
        isBroken = true;
        preemption.announce();
      },
    });
    await expect(life).rejects.toMatchObject({ code: "PREEMPTED", details: { saved: false } });
    const resumed = await trainToy({ backup: backupTo(store) });
    expect(firstDifference(await trainToy(), resumed)).toBeUndefined();
  });

  test("is not listened to any more when a run is over", async () => {
    const preemption = announcer();
    await trainToy({ backup: backupTo(memory(), { preemption }) });
    preemption.announce();
    expect(await differencesAfterCrashes(trainToy, { preemption, stride: 20 })).toEqual([]);
  });
});
