import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parseEntryName } from "@reprise/core";
import { type StopPoint, stopPoints, watchFileThread } from "./file-thread.ts";
import { ownContainer } from "./namespaces.ts";
import { expectEnd, holdRace } from "./race.ts";
import type { RaceGround } from "./race-ground.ts";

/** Gates of steps after which there is a save: the first of a run, which counts for more, and a later one. */
export const gatesOfSaves = { first: 1, later: 5 } as const;

/** Every call of a save at which a stop can make a difference. */
export function callsOfSave(ground: RaceGround, gate: number): Promise<StopPoint[]> {
  return holdRace(ground, async (race) => {
    const holder = race.start("holder", { gates: [gate, gate + 1] });
    holder.go();
    await holder.reached("gate");
    const thread = await watchFileThread(holder, race.folder);
    holder.go();
    await holder.reached(`gate ${gate + 1}`);
    const points = stopPoints(thread.calls(), race.folder);
    holder.go();
    await expectEnd(holder, 0);
    assert.deepEqual(await race.losses(), []);
    return points;
  });
}

/** Stops the holder in the middle of a save; a contender is refused, and the holder goes on. */
export function refuseWhileStopped(
  ground: RaceGround,
  gate: number,
  stopAt: StopPoint,
): Promise<"survived" | "missed"> {
  return holdRace(ground, async (race) => {
    const holder = race.start("holder", { gates: [gate] });
    const contender = race.start("contender");
    holder.go();
    await holder.reached("gate");
    const thread = await watchFileThread(holder, race.folder, stopAt);
    holder.go();
    if (!(await thread.stopped(holder.ended))) return "missed";
    contender.go();
    await expectEnd(contender, 75, "RUN_ACTIVE");
    holder.signal("SIGCONT");
    await expectEnd(holder, 0);
    assert.deepEqual(await race.losses(), []);
    return "survived";
  });
}

/** The holder computes, lets no event in, and so looks dead to whoever waits for a sign of life. */
export function refuseWhileComputing(ground: RaceGround): Promise<"survived"> {
  return holdRace(ground, async (race): Promise<"survived"> => {
    const computed = join(race.folder, "computed");
    const holder = race.start("holder", { gates: [5], computesUntil: computed });
    holder.go();
    await holder.reached("gate");
    for (const [index, signal] of (["SIGCONT", "SIGSTOP"] as const).entries()) {
      holder.signal(signal);
      const contender = race.start(`contender${index}`);
      contender.go();
      await expectEnd(contender, 75, "RUN_ACTIVE");
    }
    holder.signal("SIGCONT");
    await writeFile(computed, "");
    await expectEnd(holder, 0);
    assert.deepEqual(await race.losses(), []);
    return "survived";
  });
}

/**
 * Stops a holder in another container in the middle of a save, and has it taken over. When it wakes
 * up, it must end, and leave its successor's files alone.
 */
export function takeOverWhileStopped(
  ground: RaceGround,
  gate: number,
  stopAt: StopPoint,
): Promise<"survived" | "missed"> {
  return holdRace(ground, async (race) => {
    const holder = race.start("holder", { gates: [gate], within: ownContainer });
    const successor = race.start("successor", { gates: [gate + 4], takeOver: true });
    holder.go();
    await holder.reached("gate");
    const thread = await watchFileThread(holder, race.folder, stopAt);
    holder.go();
    if (!(await thread.stopped(holder.ended))) return "missed";
    successor.go();
    await successor.reached("gate");

    const before = await filesAbove(1, race.backup);
    holder.signal("SIGCONT");
    await expectEnd(holder, 78, "SUPERSEDED");
    assert.deepEqual(await filesAbove(1, race.backup), before, "the woken holder changed these");

    successor.go();
    await expectEnd(successor, 0);
    assert.deepEqual(await race.losses({ takenOver: ["holder"] }), []);
    return "survived";
  });
}

/** The files of runs with a higher fence, each with a hash of what is in it. */
async function filesAbove(fence: number, directory: string): Promise<Record<string, string>> {
  const names = (await readdir(directory)).filter((name) => {
    return (parseEntryName(name)?.fence ?? 0) > fence;
  });
  const hashes = names.toSorted().map(async (name) => {
    const bytes = await readFile(join(directory, name));
    return [name, createHash("sha256").update(bytes).digest("hex")] as const;
  });
  return Object.fromEntries(await Promise.all(hashes));
}
