import { link, mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { DiskImage, type DiskNode, directoryNode } from "../power-loss/disk-image.ts";

/** Puts what an image has below `/` into a real directory, which is created if need be. */
export async function materialise(image: DiskImage, directory: string): Promise<void> {
  await mkdir(directory, { recursive: true });
  const firstPaths = new Map<number, string>();
  // Images list parents before what is in them.
  for (const [path, node] of image.nodes) {
    const target = join(directory, path);
    if (node.kind === "directory") {
      await mkdir(target, { recursive: true });
      continue;
    }
    const first = firstPaths.get(node.inode);
    if (first === undefined) await writeFile(target, node.data);
    else await link(first, target);
    firstPaths.set(node.inode, first ?? target);
  }
}

/** The image of what is in a real directory; that directory is the `/` of it. */
export async function readImage(directory: string): Promise<DiskImage> {
  const nodes: [string, DiskNode][] = [];
  const inodes = new Map<string, number>();
  const enter = async (real: string, path: string): Promise<void> => {
    for (const entry of await readdir(real, { withFileTypes: true })) {
      const from = join(real, entry.name);
      const to = `${path}/${entry.name}`;
      if (entry.isDirectory()) {
        nodes.push([to, directoryNode]);
        await enter(from, to);
      } else if (entry.isFile()) {
        const { dev, ino } = await stat(from, { bigint: true });
        const inode = inodes.get(`${dev} ${ino}`) ?? inodes.size + 1;
        inodes.set(`${dev} ${ino}`, inode);
        nodes.push([to, { kind: "file", inode, data: new Uint8Array(await readFile(from)) }]);
      } else {
        throw new TypeError(`${from} is neither a regular file nor a directory.`);
      }
    }
  };
  await enter(directory, "");
  return new DiskImage(nodes);
}
