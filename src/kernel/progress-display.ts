import { randomUUID } from "node:crypto";
import { type Advance, duration, endedBundle, progressBundle } from "./progress-view.js";
import type { MimeBundle } from "./protocol.js";

/** Shows a bundle under a display id, or replaces what is shown there. */
export type ShowAt = (data: MimeBundle, displayId: string, update: boolean) => void;

/** At most four updates a second. */
const interval = 250;

/** One display of running work that is updated in place. */
export class ProgressDisplay {
  private readonly show: ShowAt;
  private readonly displayId: string = randomUUID();
  private readonly began = performance.now();
  private phase = "";
  private phaseBegan = performance.now();
  private shown = Number.NEGATIVE_INFINITY;
  private visible = false;
  private losses: Advance["losses"];

  constructor(show: ShowAt) {
    this.show = show;
  }

  report(advance: Advance): void {
    const now = performance.now();
    this.losses = advance.losses ?? this.losses;
    if (advance.phase !== this.phase) {
      this.phase = advance.phase;
      this.phaseBegan = now;
    }
    if (now - this.shown < interval) return;
    this.shown = now;
    this.put(progressBundle(advance, (now - this.began) / 1000, (now - this.phaseBegan) / 1000));
  }

  /** Leave a line in place of the bar: "200 rows made in 0.4 s", "Stopped after 3 s"; and the losses of the last training. */
  end(what: string, joined: "in" | "after" = "in"): void {
    const sentence = `${what} ${joined} ${duration((performance.now() - this.began) / 1000)}`;
    this.put(endedBundle(sentence, this.losses));
  }

  /** Leave nothing in place of the bar. */
  vanish(): void {
    if (this.visible) this.put({ "text/plain": "" });
  }

  private put(data: MimeBundle): void {
    this.show(data, this.displayId, this.visible);
    this.visible = true;
  }
}
