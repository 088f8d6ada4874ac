import type { Page } from "playwright-core";
import type { LocalServer } from "../local-server.ts";
import { Chromium } from "./browser.ts";

/** Where a page stands: in the middle of a write to the store, or behind it. */
export type Moment = "during" | "after";

/** How a life is ended before its time. */
export interface Death {
  /** Counted from 1 in each life. The first one takes the run, those that follow are checkpoints. */
  readonly write: number;
  readonly moment: Moment;
  readonly of: "page" | "browser";
}

/** What came of a training that went on in one page after another. */
export interface Lives<Result> {
  /** What each page printed, in the order of their lives. */
  readonly printed: readonly string[];
  readonly result: Result;
}

/**
 * Evaluates `train` in a page, which is ended as `deaths` tell, and then in another page of the same profile,
 * until it comes to its end. `life` is a variable of the page, counted from 1. Throws when a life ends
 * otherwise than it should.
 */
export async function liveThrough<Result>(
  site: LocalServer,
  train: string,
  deaths: readonly Death[] = [],
): Promise<Lives<Result>> {
  const chromium = await Chromium.create();
  const printed: string[] = [];
  try {
    for (const [index, death] of [...deaths, undefined].entries()) {
      const page = await chromium.open(site.url);
      printed.push("");
      page.on("console", (message) => (printed[index] += `${message.text()}\n`));
      const dying = await dieAt(death, { chromium, page });
      const outcome = await page.evaluate<Result>(`life = ${index + 1}, ${train}`).then(
        (result) => ({ result }),
        (error: unknown) => ({ error }),
      );
      if (death === undefined && "result" in outcome) return { printed, ...outcome };
      await dying.end;
      if (!dying.end || "result" in outcome) {
        const cause = "error" in outcome ? outcome.error : undefined;
        throw new Error(`Life ${index + 1} ended otherwise than it should.`, { cause });
      }
    }
    throw new Error("There is always a last life.");
  } finally {
    await chromium.remove();
  }
}

/** Ends a page when it is where its death waits. What is returned tells of it from then on. */
async function dieAt(
  death: Death | undefined,
  { chromium, page }: { readonly chromium: Chromium; readonly page: Page },
): Promise<{ readonly end?: Promise<void> }> {
  const dying: { end?: Promise<void> } = {};
  await page.exposeFunction("reach", async (write: number, moment: Moment) => {
    if (write !== death?.write || moment !== death.moment) return;
    dying.end = death.of === "browser" ? chromium.kill() : chromium.crash(page);
    // Whatever is left of the page does not go on.
    await new Promise(() => {});
  });
  return dying;
}
