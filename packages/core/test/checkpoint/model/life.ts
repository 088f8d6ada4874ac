import type { claim, commit, complete, Hold, release } from "../../../src/checkpoint/protocol.ts";
import type { recover } from "../../../src/checkpoint/recover.ts";
import { materialize } from "../../../src/snapshot/restore.ts";
import type { CheckpointStore } from "../../../src/store/store.ts";
import { nextCheckpoint } from "./contents.ts";

/** The functions that are tried: the real ones, or some with a step left out. */
export interface Protocol {
  readonly claim: typeof claim;
  readonly recover: typeof recover;
  readonly commit: typeof commit;
  readonly complete: typeof complete;
  readonly release: typeof release;
}

/** What a life is to do between its start and its end. */
export interface Plan {
  readonly saves: number;
  readonly keepPrevious: boolean;
  /** `keep` is a completion that leaves the last checkpoint. */
  readonly end: "complete" | "keep" | "release";
  readonly takeOver: boolean;
}

export type Stage = "claim" | "recover" | "save" | "end" | "leave" | "over";

/**
 * All that a life carries from one stage to the next. A stage is given nothing else, so that two
 * lives that come to equal moments go on equally.
 */
export interface Moment {
  readonly stage: Stage;
  readonly hold: Omit<Hold, "store" | "report"> | undefined;
  /** The saves that its state is built upon. */
  readonly content: string;
  readonly saves: number;
  /** Whether other starts of its thread take it for alive. */
  readonly isLive: boolean;
  /** How it has ended, or is about to. */
  readonly outcome: string | undefined;
}

/** What a life does besides calling its store, in the order in which it does it. */
export type LifeEvent =
  | { readonly type: "began"; readonly stage: Stage }
  | { readonly type: "held"; readonly fence: number }
  | {
      readonly type: "recovered";
      readonly entry: string | undefined;
      readonly content: string;
      readonly isFinished: boolean;
    }
  | { readonly type: "acknowledged"; readonly entry: string; readonly content: string }
  | { readonly type: "saved" }
  | { readonly type: "failed"; readonly outcome: string }
  | { readonly type: "over"; readonly outcome: string };

export const birth: Moment = {
  stage: "claim",
  hold: undefined,
  content: "",
  saves: 0,
  isLive: false,
  outcome: undefined,
};

/** Where a life is, and with what. */
export interface Living {
  readonly name: string;
  readonly plan: Plan;
  readonly protocol: Protocol;
  readonly store: CheckpointStore;
  /** Rebuilt from the moment for every stage. */
  readonly hold: Hold | undefined;
  readonly note: (event: LifeEvent) => void;
}

export type After = Omit<Moment, "hold" | "isLive"> & { readonly hold: Hold | undefined };

/** Goes through one stage, as `BackupSession` does. Never rejects: a failure leads to another stage. */
export async function goThrough(moment: Moment, life: Living): Promise<After> {
  const { hold } = life;
  life.note({ type: "began", stage: moment.stage });
  try {
    return await stages[moment.stage](moment, life);
  } catch (error) {
    const outcome = (error as { code?: string }).code ?? String(error);
    // A save that fails is tried again at the next save point.
    if (moment.stage === "save" && outcome !== "SUPERSEDED") {
      life.note({ type: "failed", outcome });
      return { ...moment, ...afterSave(moment, life.plan), hold };
    }
    if (moment.stage === "leave" || hold === undefined)
      return over({ ...moment, outcome: moment.outcome ?? outcome }, life);
    return { ...moment, stage: "leave", hold, outcome };
  }
}

const stages: Readonly<Record<Stage, (moment: Moment, life: Living) => Promise<After>>> = {
  async claim(moment, { protocol, plan, store, note }) {
    const hold = await protocol.claim(store, { takeOver: plan.takeOver, report: () => {} });
    note({ type: "held", fence: hold.lease.fence });
    return { ...moment, stage: "recover", hold };
  },
  async recover(moment, life) {
    const hold = holdOf(life);
    const recovered = await life.protocol.recover(hold, { fallback: false, mustResume: false });
    const state = recovered?.roots["state"];
    const content =
      state === undefined ? "" : (materialize(state) as { readonly content: string }).content;
    const { finished } = hold.lease;
    const isFinished =
      finished !== null &&
      finished.fence === hold.newest?.fence &&
      finished.sequence === hold.newest.sequence;
    life.note({ type: "recovered", entry: hold.newest?.name, content, isFinished });
    const isOver = isFinished || life.plan.saves === 0;
    return { ...moment, stage: isOver ? "end" : "save", hold, content };
  },
  async save(moment, { name, protocol, plan, note, ...life }) {
    const hold = holdOf(life);
    let { content } = moment;
    await protocol.commit(
      hold,
      async (entry) =>
        hold.store.create(entry.name, await nextCheckpoint(name, entry, moment.content)),
      {
        keepPrevious: plan.keepPrevious,
        onAcknowledged: ({ name: acknowledged, fence, sequence }) => {
          content = `${moment.content} ${name}${fence}-${sequence}`;
          note({ type: "acknowledged", entry: acknowledged, content });
        },
      },
    );
    note({ type: "saved" });
    return { ...moment, ...afterSave(moment, plan), hold, content };
  },
  async end(moment, life) {
    const hold = holdOf(life);
    const { protocol, plan } = life;
    if (plan.end === "release") await protocol.release(hold);
    else await protocol.complete(hold, { keep: plan.end === "keep" });
    return over({ ...moment, outcome: "ended" }, life);
  },
  async leave(moment, life) {
    await life.protocol.release(holdOf(life));
    return over(moment, life);
  },
  async over(moment, { hold }) {
    return { ...moment, hold };
  },
};

function afterSave({ saves }: Moment, plan: Plan): Pick<Moment, "stage" | "saves"> {
  return { stage: saves + 1 < plan.saves ? "save" : "end", saves: saves + 1 };
}

function over({ outcome = "", ...moment }: Moment, { hold, note }: Living): After {
  note({ type: "over", outcome });
  return { ...moment, stage: "over", hold, outcome };
}

function holdOf({ hold }: { readonly hold: Hold | undefined }): Hold {
  if (hold === undefined) throw new Error("a life that has claimed nothing goes on");
  return hold;
}
