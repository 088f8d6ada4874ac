import { createSaver } from "../saver.ts";
import { busyTime, type Peer } from "./peer.ts";

export const reprise: Peer = {
  name: "Reprise",
  survives: "kill and power loss",
  async open(folder, tensors) {
    const saver = await createSaver(folder, "reprise", { tensors });
    return { save: () => busyTime(() => saver.save()), close: () => saver.end() };
  },
};
