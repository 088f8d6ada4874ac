import { mkdir } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import { openRaceGround, type RaceGround, type RaceGroundOptions } from "../races/race-ground.ts";
import { findMissing } from "../system-programs.ts";
import type { Outcome, PeerFault } from "./peer-fault.ts";
import { powerLoss } from "./power-loss.ts";
import { saveFaults } from "./save-faults.ts";
import { startFaults } from "./start-faults.ts";

/** A way to keep a training, and what it takes care of. */
interface Peer {
  readonly name: string;
  readonly program: URL;
  readonly about: readonly PeerFault["about"][];
}

const peers: readonly Peer[] = [
  {
    name: "write-file-atomic",
    program: new URL("./programs/write-file-atomic.ts", import.meta.url),
    about: ["saves", "starts"],
  },
  {
    name: "proper-lockfile",
    program: new URL("./programs/proper-lockfile.ts", import.meta.url),
    about: ["starts"],
  },
  {
    name: "in place, as tfjs saves",
    program: new URL("./programs/in-place.ts", import.meta.url),
    about: ["saves", "starts"],
  },
  {
    name: "Reprise",
    program: new URL("../races/race-program.ts", import.meta.url),
    about: ["saves", "starts"],
  },
];

/** Half of the time of a training is spent waiting for the disk. */
const turns = 2 * availableParallelism();

/** What comes of the same training under the same faults, kept in one way and another. */
export interface PeersContext extends Pick<RaceGroundOptions, "conditions"> {
  /** A folder to work in. */
  readonly folder: string;
  /** Is told of each cell when it is known. */
  readonly onCell?: (fault: string, peer: string, cell: string) => void;
}

/** A table of faults and peers, as Markdown. */
export async function peersTable({ folder, conditions, onCell }: PeersContext): Promise<string> {
  const grounds = peers.map(async ({ program }, index) => {
    const place = join(folder, `peer-${index}`);
    await mkdir(place);
    return openRaceGround(place, { program, ...(conditions && { conditions }) });
  });
  const opened = await Promise.all(grounds);
  const inTurn = taking(turns);
  const rowOf = async (fault: PeerFault): Promise<string> => {
    const cells = await allOf(
      peers.map(async (peer, index) => {
        const cell = await cellOf(fault, peer, opened[index], inTurn);
        onCell?.(fault.name, peer.name, cell);
        return cell;
      }),
    );
    return toRow(fault.name, ...cells);
  };
  const rows = await allOf([...saveFaults, powerLoss, ...startFaults].map(rowOf));
  const names = peers.map(({ name }) => name);
  return [toRow("fault", ...names), toRow("---", ...names.map(() => "---")), ...rows].join("\n");
}

function toRow(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

async function cellOf(
  fault: PeerFault,
  peer: Peer,
  ground: RaceGround | undefined,
  inTurn: Turns,
): Promise<string> {
  const missing = findMissing(fault.needs ?? []);
  if (missing !== undefined) return `not run: needs ${missing}`;
  if (ground === undefined || !peer.about.includes(fault.about)) return "–";
  const runs = await inTurn(() => fault.plan(ground));
  // What is about starts mostly waits, and takes no turn from others.
  const isQuiet = fault.about === "starts";
  return formatCell(await allOf(runs.map((run) => (isQuiet ? run() : inTurn(run)))));
}

/** Waits for all, also when one fails: nothing may go on in a folder that is about to be removed. */
async function allOf<T>(promises: readonly Promise<T>[]): Promise<T[]> {
  await Promise.allSettled(promises);
  return Promise.all(promises);
}

/** Runs what it is given when it is its turn. */
type Turns = <T>(act: () => Promise<T>) => Promise<T>;

/** Lets so many go on at a time. */
function taking(atOnce: number): Turns {
  let free = atOnce;
  const waiting: (() => void)[] = [];
  return async (act) => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    try {
      return await act();
    } finally {
      const next = waiting.shift();
      if (next) next();
      else free += 1;
    }
  };
}

/** `3 of 40 lost`, without what never happened. */
export function formatCell(outcomes: readonly Outcome[]): string {
  const count = (wanted: Outcome): number => {
    return outcomes.filter((outcome) => outcome === wanted).length;
  };
  const tried = outcomes.length - count("missed");
  if (tried === 0) return "not run: the fault never happened";
  if (count("refused") > 0) return `${count("refused")} of ${tried} refused`;
  return `${count("lost")} of ${tried} lost`;
}
