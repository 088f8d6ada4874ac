import assert from "node:assert/strict";
import type { Racer, RacerEnd } from "./racer.ts";
import { expectEnd, holdRace, type RacerOptions } from "./race.ts";
import type { RaceGround } from "./race-ground.ts";

/**
 * Lets `starters` processes go at the same moment. One of them waits in the middle of its training
 * until all others have ended, so that none can come after it: those must have been refused.
 */
export function startAtOnce(ground: RaceGround, starters: number): Promise<"survived"> {
  return holdRace(ground, async (race): Promise<"survived"> => {
    const options: RacerOptions = { gates: [5] };
    const racers = Array.from({ length: starters }, (_, index) =>
      race.start(`starter${index}`, options),
    );
    await Promise.all(racers.map((racer) => racer.reached("ready")));
    for (const racer of racers) racer.go();
    const trains = await Promise.all(racers.map((racer) => racer.reachedOrEnded("gate")));
    const [winner, ...others] = racers.filter((_, index) => trains[index] === "reached");
    if (winner === undefined) throw new Error(await endings(racers));
    assert.deepEqual(
      others.map(({ name }) => name),
      [],
      `train beside ${winner.name}`,
    );
    winner.go();
    await expectEnd(winner, 0);
    await Promise.all(
      racers.filter((racer) => racer !== winner).map((racer) => expectEnd(racer, 75, "RUN_ACTIVE")),
    );
    assert.deepEqual(await race.losses(), []);
    return "survived";
  });
}

async function endings(racers: readonly Racer[]): Promise<string> {
  const ends = await Promise.all(racers.map(({ ended }): Promise<RacerEnd> => ended));
  return `none of the starters trains:\n${ends.map(({ stderr }) => stderr).join("\n")}`;
}
