import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterReboot, ownContainer, withContainer } from "./namespaces.ts";
import type { Racer } from "./racer.ts";
import { expectEnd, holdRace, type Race } from "./race.ts";
import type { RaceGround } from "./race-ground.ts";

/** Lets `holder` train until the middle, and kills it as by a loss of the machine. */
export async function trainAndDie(holder: Racer): Promise<void> {
  holder.go();
  await holder.reached("gate");
  holder.signal("SIGKILL");
  await holder.ended;
}

/** The next start goes on at once, and comes to the result of an undisturbed training. */
async function goesOn(race: Race, successor: Racer): Promise<"survived"> {
  successor.go();
  await expectEnd(successor, 0);
  assert.deepEqual(await race.losses(), []);
  return "survived";
}

/** The number of a dead holder is given to another process, or to the next start itself. */
export function reusePid(
  ground: RaceGround,
  by: "another process" | "the next start",
): Promise<"survived" | "missed"> {
  return holdRace(ground, (race) =>
    withContainer(async ({ enter, enterAs }) => {
      const holder = race.start("holder", { gates: [9], within: enter });
      const pid = await numberOf(holder);
      await trainAndDie(holder);
      if (by === "the next start") {
        const successor = race.start("successor", { within: enterAs(pid) });
        if ((await numberOf(successor)) !== pid) return "missed";
        return goesOn(race, successor);
      }
      const bystander = race.start("bystander", { within: enterAs(pid) });
      if ((await numberOf(bystander)) !== pid) return "missed";
      return goesOn(race, race.start("successor", { within: enter }));
    }),
  );
}

/** The process number of a racer, as it is in its namespace. */
async function numberOf(racer: Racer): Promise<number> {
  return Number.parseInt(await racer.reached("ready"), 10);
}

/** The machine restarts, and what was started again finds the lease of the last boot. */
export function reboot(ground: RaceGround): Promise<"survived" | "missed"> {
  return holdRace(ground, async (race) => {
    const bootId = "5d0c1f3e-0000-4000-8000-000000000000";
    const bootIdFile = join(race.folder, "boot-id");
    await writeFile(bootIdFile, `${bootId}\n`);
    await trainAndDie(race.start("holder", { gates: [9] }));
    const successor = race.start("successor", { gates: [11], within: afterReboot(bootIdFile) });
    successor.go();
    await successor.reached("gate");
    const [line = ""] = (await readFile(join(race.backup, "lease-2.json"), "utf8")).split("\n");
    const lease = JSON.parse(line) as {
      readonly holder?: { readonly bootId?: string };
    };
    if (lease.holder?.bootId !== bootId) return "missed";
    return goesOn(race, successor);
  });
}

/**
 * A holder and a contender of which one lives in another container: the kernel tells neither whether the
 * other lives. While its beat moves the contender is refused; once it is silent the next start takes over.
 */
export function otherContainer(
  ground: RaceGround,
  inContainer: "holder" | "contender" | "both",
): Promise<"survived"> {
  const within = inContainer === "holder" ? [] : ownContainer;
  const startBeside = (holderWithin: readonly string[]): Promise<"survived"> =>
    holdRace(ground, async (race) => {
      const holder = race.start("holder", { gates: [9], within: holderWithin });
      holder.go();
      await holder.reached("gate");
      const contender = race.start("contender", { within });
      contender.go();
      await expectEnd(contender, 75, "RUN_ACTIVE");
      holder.signal("SIGKILL");
      await holder.ended;
      return goesOn(race, race.start("successor", { within }));
    });
  if (inContainer === "contender") return startBeside([]);
  // It outlives the holder: the kernel would give its number to the next one, where the holder is dead.
  return withContainer(({ enter }) => startBeside(enter));
}
