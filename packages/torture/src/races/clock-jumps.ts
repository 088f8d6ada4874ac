import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expectEnd, holdRace } from "./race.ts";
import type { RaceGround } from "./race-ground.ts";

/** What the clocks of the holder and of the others show, in hours beside the true time. */
export interface Clocks {
  readonly holder: number;
  readonly contender: number;
  /** Where the clock of the holder jumps to in the middle of its training. */
  readonly jump: number;
}

const year = 24 * 365;

/** A little and a lot, forward and back, alike and apart. */
export const clocks: readonly Clocks[] = [
  { holder: 0, contender: 1, jump: 0 },
  { holder: 0, contender: -1, jump: 0 },
  { holder: 0, contender: 10 * year, jump: 0 },
  { holder: 0, contender: -10 * year, jump: 0 },
  { holder: 5, contender: 0, jump: -5 },
  { holder: -5, contender: 0, jump: 5 },
  { holder: 10 * year, contender: -10 * year, jump: -year },
  { holder: -10 * year, contender: 10 * year, jump: year },
];

/**
 * While the clock of the holder jumps, a contender with a clock of its own is refused; once the holder
 * is killed, the next start with that clock goes on at once.
 */
export function jumpClocks(
  ground: RaceGround,
  { holder: holderHours, contender: contenderHours, jump }: Clocks,
): Promise<"survived" | "missed"> {
  return holdRace(ground, async (race) => {
    const holderClock = join(race.folder, "holder-clock");
    const contenderClock = join(race.folder, "contender-clock");
    await writeFile(holderClock, inHours(holderHours));
    await writeFile(contenderClock, inHours(contenderHours));
    const holder = race.start("holder", { gates: [5, 9], env: faked(holderClock) });
    const contender = race.start("contender", { env: faked(contenderClock) });
    const successor = race.start("successor", { env: faked(contenderClock) });
    const shown = [
      isShown(await holder.reached("ready"), holderHours),
      isShown(await contender.reached("ready"), contenderHours),
    ];

    holder.go();
    await holder.reached("gate 5");
    await writeFile(holderClock, inHours(jump));
    holder.go();
    shown.push(isShown(await holder.reached("gate 9"), jump));
    contender.go();
    await expectEnd(contender, 75, "RUN_ACTIVE");
    holder.signal("SIGKILL");
    await holder.ended;
    successor.go();
    await expectEnd(successor, 0);
    assert.deepEqual(await race.losses(), []);
    return shown.includes(false) ? "missed" : "survived";
  });
}

/** Whether the time at the end of `line` is `hours` away from now. */
function isShown(line: string, hours: number): boolean {
  const offset = Number(line.split(" ").at(-1)) - Date.now();
  return Math.abs(offset / 3_600_000 - hours) < 0.2;
}

export function inHours(hours: number): string {
  return `${hours < 0 ? "" : "+"}${hours}h`;
}

let preload: string | undefined;

/** Has a process see the time as `clockFile` says, which may change while it runs. */
export function faked(clockFile: string): Record<string, string> {
  preload ??= execFileSync("faketime", ["-f", "+0s", "printenv", "LD_PRELOAD"], {
    encoding: "utf8",
  });
  return {
    LD_PRELOAD: preload.trim(),
    FAKETIME_TIMESTAMP_FILE: clockFile,
    FAKETIME_NO_CACHE: "1",
    // Timers are to fire.
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
  };
}
