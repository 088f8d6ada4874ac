import { join } from "node:path";
import { trainAndDie } from "./dead-holder.ts";
import { ownContainer } from "./namespaces.ts";
import { holdRace } from "./race.ts";
import type { RaceGround } from "./race-ground.ts";
import type { Scene } from "./stopped-contender.ts";

/** A fresh directory, one whose holder is dead, and one of whose holder nobody knows. */
export async function claimScenes(ground: RaceGround): Promise<Scene[]> {
  return [
    { name: "fresh", takeOver: false },
    { name: "dead", takeOver: false, past: await deadHolder(ground, "dead", []) },
    { name: "unknown", takeOver: true, past: await deadHolder(ground, "unknown", ownContainer) },
  ];
}

/** The folder of a race whose only racer was killed in the middle of its training. */
function deadHolder(ground: RaceGround, name: string, within: readonly string[]): Promise<string> {
  return holdRace(ground, async (race) => {
    await trainAndDie(race.start("holder", { gates: [5], within }));
    const past = join(ground.folder, name);
    await race.leave(past);
    return past;
  });
}
