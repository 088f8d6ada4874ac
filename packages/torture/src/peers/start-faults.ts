import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { faked, inHours } from "../races/clock-jumps.ts";
import { ownContainer } from "../races/namespaces.ts";
import { holdRace, type Race, type RacerOptions } from "../races/race.ts";
import type { RaceGround } from "../races/race-ground.ts";
import type { Racer } from "../races/racer.ts";
import type { Outcome, PeerFault } from "./peer-fault.ts";

/** Longer than proper-lockfile waits, by default, for a sign of life. */
const silenceMs = 12_000;

/** Another start, while the first is in the midst of its training and something is the matter. */
function secondStart(
  name: string,
  {
    needs = [],
    holder = () => ({}),
    before = async () => {},
    contender = async () => ({}),
  }: {
    readonly needs?: readonly string[];
    readonly holder?: (race: Race) => RacerOptions;
    readonly before?: (first: Racer) => Promise<void>;
    readonly contender?: (race: Race) => Promise<RacerOptions>;
  } = {},
): PeerFault {
  const run = (ground: RaceGround): Promise<Outcome> => {
    return holdRace(ground, async (race) => {
      const first = race.start("first", { gates: [5], ...holder(race) });
      first.go();
      await first.reached("gate");
      await before(first);
      const second = race.start("second", { gates: [9], ...(await contender(race)) });
      second.go();
      return (await second.reachedOrEnded("began")) === "reached" ? "lost" : "survived";
    });
  };
  return { name, about: "starts", needs, plan: async (ground) => [() => run(ground)] };
}

const silence = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, silenceMs));

const stopped = async (first: Racer): Promise<void> => {
  first.signal("SIGSTOP");
  await silence();
};

/** The first is stopped and taken over, wakes up, and saves over what its successor has saved. */
const wokenHolder: PeerFault = {
  name: "a stopped run wakes up after it was taken over",
  about: "starts",
  needs: ["unshare"],
  plan: async (ground) => [() => holdRace(ground, wakeUp)],
};

async function wakeUp(race: Race): Promise<Outcome> {
  // In containers of their own, where none can tell whether the other lives.
  const first = race.start("first", { gates: [5], within: ownContainer });
  first.go();
  await first.reached("gate");
  await stopped(first);
  const second = race.start("second", { gates: [9], within: ownContainer, takeOver: true });
  second.go();
  if ((await second.reachedOrEnded("gate")) === "ended") return "refused";
  first.signal("SIGCONT");
  first.go();
  await first.ended;
  const journal = await race.journal();
  const since = journal.findIndex(({ name, kind }) => name === "second" && kind === "began");
  const late = journal.slice(since).filter(({ name }) => name === "first");
  return late.some(({ kind }) => kind === "saved" || kind === "completed") ? "lost" : "survived";
}

const startAtOnce: PeerFault = {
  name: "started again right after SIGKILL",
  about: "starts",
  plan: async (ground) => [
    () => {
      return holdRace(ground, async (race): Promise<Outcome> => {
        const first = race.start("first", { gates: [5] });
        first.go();
        await first.reached("gate");
        first.signal("SIGKILL");
        await first.ended;
        const second = race.start("second");
        second.go();
        return (await second.ended).exitCode === 0 ? "survived" : "refused";
      });
    },
  ],
};

export const startFaults: readonly PeerFault[] = [
  secondStart("second start while the first trains"),
  secondStart("second start while the first computes for 12 s", {
    holder: ({ folder }) => ({ computesUntil: join(folder, "computed") }),
    before: silence,
  }),
  secondStart("second start while the first is stopped for 12 s", { before: stopped }),
  secondStart("second start whose clock is an hour ahead", {
    needs: ["faketime"],
    async contender({ folder }) {
      const clock = join(folder, "clock");
      await writeFile(clock, inHours(1));
      return { env: faked(clock) };
    },
  }),
  wokenHolder,
  startAtOnce,
];
