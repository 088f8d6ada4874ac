// What runs in pages is checked along with everything else.
/// <reference lib="dom" />
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { type Browser, chromium, type Page } from "playwright-core";
import { type LocalServer, startServer } from "../local-server.ts";

const executable = "/usr/bin/chromium";

/**
 * A program of the page, from source, in which `aliases` stand for packages. What it exports is found in the
 * variable `program` of the page.
 */
export async function bundle(
  path: string,
  aliases: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL(path, import.meta.url))],
    bundle: true,
    write: false,
    format: "iife",
    globalName: "program",
    conditions: ["@reprise/source"],
    alias: aliases,
  });
  return outputFiles[0]?.text ?? "";
}

/** Serves a page with these scripts, in their order. */
export function serve(...scripts: readonly (string | Buffer)[]): Promise<LocalServer> {
  const tags = scripts.map((_, index) => `<script src="${index}.js"></script>`);
  const page = `<!doctype html><meta charset="utf-8" /><title>Training</title>${tags.join("")}`;
  return startServer(({ url = "" }, response) => {
    const script = scripts[Number(/^\/(\d+)\.js$/.exec(url)?.[1])];
    const type = script === undefined ? "text/html" : "text/javascript; charset=utf-8";
    response.writeHead(url === "/" || script ? 200 : 404, { "content-type": type });
    response.end(script ?? page);
  });
}

const flags = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Chromium with a profile of its own, which outlives its process. */
export class Chromium {
  readonly #profile: string;
  #process: { readonly child: ChildProcess; readonly closed: Promise<unknown> } | undefined;
  #browser: Browser | undefined;

  private constructor(profile: string) {
    this.#profile = profile;
  }

  /** Makes an empty profile. Throws where Chromium is not installed. */
  static async create(): Promise<Chromium> {
    if (!existsSync(executable)) {
      throw new Error(`There is no ${executable}. Run: apt-get install chromium`);
    }
    return new Chromium(await mkdtemp(join(tmpdir(), "reprise-chromium-")));
  }

  /** Opens a page, in the process that there is or in a new one. */
  async open(url: string): Promise<Page> {
    this.#browser ??= await this.#start();
    const page = await this.#browser.contexts()[0]?.newPage();
    if (!page) throw new Error("Chromium has no window.");
    await page.goto(url);
    return page;
  }

  /** Ends the process of a page at once. */
  async crash(page: Page): Promise<void> {
    const session = await page.context().newCDPSession(page);
    const crashed = page.waitForEvent("crash");
    // A page that has crashed answers nothing.
    session.send("Page.crash").catch(() => {});
    await crashed;
  }

  /** Ends the process of the browser at once, and all its pages with it. */
  async kill(): Promise<void> {
    this.#process?.child.kill("SIGKILL");
    await this.#process?.closed;
    this.#process = undefined;
    this.#browser = undefined;
  }

  /** Ends the process and removes the profile. */
  async remove(): Promise<void> {
    await this.kill();
    // Processes of the browser notice that it is gone, and end, in their own time.
    await rm(this.#profile, { recursive: true, force: true, maxRetries: 20, retryDelay: 50 });
  }

  async #start(): Promise<Browser> {
    const own = [`--user-data-dir=${this.#profile}`, "--remote-debugging-port=0", "about:blank"];
    const child = spawn(executable, [...flags, ...own], { stdio: ["ignore", "ignore", "pipe"] });
    this.#process = { child, closed: new Promise((resolve) => child.once("close", resolve)) };
    return chromium.connectOverCDP(await addressOf(child));
  }
}

/** Where Chromium says that it listens. */
function addressOf(child: ChildProcess): Promise<string> {
  let text = "";
  return new Promise((resolve, reject) => {
    child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
      text += chunk;
      const [address] = /ws:\/\/\S+/.exec(text) ?? [];
      if (address !== undefined) resolve(address);
    });
    child.once("close", () => reject(new Error(`Chromium has ended: ${text}`)));
  });
}
