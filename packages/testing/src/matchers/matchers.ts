import { firstDifference } from "../bits/first-difference.ts";
import { checkDeterminism } from "../determinism/check-determinism.ts";
import { everyInterruption, type ExplorationOptions } from "../explore/every-interruption.ts";
import { survives } from "../explore/survives.ts";
import type { Schedule } from "../explore/schedule.ts";
import type { ResumableTraining } from "../training/training.ts";

interface Verdict {
  readonly pass: boolean;
  readonly message: () => string;
}

/** For `expect.extend`, in jest and in whatever has the same protocol. */
export const matchers = {
  async toResumeExactly(training: unknown, options?: ExplorationOptions): Promise<Verdict> {
    requireTraining("toResumeExactly", training);
    const { failure, lives, states } = await everyInterruption(training, options);
    const survived = `Expected the training not to resume exactly, but it does: ${states} durable states, ${lives} lives.`;
    return { pass: failure === undefined, message: () => failure?.message ?? survived };
  },

  async toSurvive(training: unknown, schedule: Schedule): Promise<Verdict> {
    requireTraining("toSurvive", training);
    const failure = await survives(training, schedule);
    const survived = `Expected the training not to survive ${JSON.stringify(schedule)}, but it does.`;
    return { pass: failure === undefined, message: () => failure?.message ?? survived };
  },

  async toBeDeterministic(training: unknown): Promise<Verdict> {
    requireTraining("toBeDeterministic", training);
    const { deterministic, message } = await checkDeterminism(training);
    return { pass: deterministic, message: () => message };
  },

  toBeBitIdenticalTo(actual: unknown, expected: unknown): Verdict {
    const difference = firstDifference(actual, expected);
    return {
      pass: difference === undefined,
      message: () =>
        difference
          ? `Expected the same bits.\n  differs at: ${difference.path}\n  received:   ${difference.a}\n  expected:   ${difference.b}`
          : "Expected other bits, but they are the same.",
    };
  },
};

function requireTraining(
  matcher: string,
  training: unknown,
): asserts training is ResumableTraining<unknown> {
  if (typeof training === "function") return;
  throw new TypeError(
    `${matcher} expects a function that runs the training anew each time, as in ` +
      `expect(({ store }) => train(store)).${matcher}(…), not a ${typeof training}.`,
  );
}
