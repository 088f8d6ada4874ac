import assert from "node:assert/strict";
import { type StopPoint, stopPoints, watchFileThread } from "./file-thread.ts";
import type { Racer } from "./racer.ts";
import { expectEnd, holdRace } from "./race.ts";
import type { RaceGround } from "./race-ground.ts";

/** What two contenders find when they start. */
export interface Scene {
  readonly name: string;
  /** What a holder left behind; nothing in a fresh directory. */
  readonly past?: string;
  readonly takeOver: boolean;
}

/** What the other one does while the contender is stopped, if it is the one that trains. */
export const meanwhiles = ["trains", "leaves", "dies"] as const;
export type Meanwhile = (typeof meanwhiles)[number];

/** Every call of a contender's claim at which a stop can make a difference. */
export function callsOfClaim(ground: RaceGround, scene: Scene): Promise<StopPoint[]> {
  return holdRace(ground, async (race) => {
    if (scene.past) await race.goOnFrom(scene.past);
    const contender = race.start("contender", { takeOver: scene.takeOver });
    const thread = await watchFileThread(contender, race.folder);
    contender.go();
    await contender.reached("began");
    const points = stopPoints(thread.calls(), race.folder);
    await expectEnd(contender, 0);
    assert.deepEqual(await race.losses(), []);
    return points;
  });
}

/**
 * Stops a contender right after one call of its claim, lets another one start and get as far as it
 * gets, and only then wakes the first.
 */
export function stopContender(
  ground: RaceGround,
  scene: Scene,
  stopAt: StopPoint,
  meanwhile: Meanwhile,
): Promise<"survived" | "missed"> {
  return holdRace(ground, async (race) => {
    if (scene.past) await race.goOnFrom(scene.past);
    const options = { gates: [9], takeOver: scene.takeOver };
    const contender = race.start("contender", options);
    const other = race.start("other", options);
    const thread = await watchFileThread(contender, race.folder, stopAt);
    await other.reached("ready");

    contender.go();
    if (!(await thread.stopped(contender.reachedOrEnded("gate")))) return "missed";

    other.go();
    if ((await other.reachedOrEnded("gate")) === "ended") {
      await expectEnd(other, 75, "RUN_ACTIVE");
      contender.signal("SIGCONT");
      contender.go();
      await expectEnd(contender, 0);
    } else {
      await act(other, meanwhile);
      contender.signal("SIGCONT");
      contender.go();
      if (meanwhile === "trains") {
        await expectEnd(contender, 75, "RUN_ACTIVE");
        other.go();
        await expectEnd(other, 0);
      } else {
        await expectEnd(contender, 0);
      }
    }
    assert.deepEqual(await race.losses(), []);
    return "survived";
  });
}

/** What `other`, which waits in the middle of its training, does before the contender is woken. */
async function act(other: Racer, meanwhile: Meanwhile): Promise<void> {
  if (meanwhile === "trains") return;
  other.signal(meanwhile === "leaves" ? "SIGTERM" : "SIGKILL");
  if (meanwhile === "leaves") {
    other.go();
    await expectEnd(other, 75);
  }
  await other.ended;
}
