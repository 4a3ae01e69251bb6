export type StreamName = "stdout" | "stderr";

/**
 * Gathers printed text so that a chatty loop makes few messages: text is sent 40 ms after its first
 * piece, at 128 kB, when the other stream or another cell speaks, or when `flush` is called.
 */
export class StreamBuffer {
  private pieces: string[] = [];
  private size = 0;
  private owner = -1;
  private name: StreamName = "stdout";
  private timer: NodeJS.Timeout | undefined;
  private readonly send: (id: number, name: StreamName, text: string) => void;

  constructor(send: (id: number, name: StreamName, text: string) => void) {
    this.send = send;
  }

  write(id: number, name: StreamName, text: string): void {
    if (this.size > 0 && (id !== this.owner || name !== this.name)) this.flush();
    this.owner = id;
    this.name = name;
    this.pieces.push(text);
    this.size += text.length;
    if (this.size >= 131_072) this.flush();
    else this.timer ??= setTimeout(() => this.flush(), 40);
  }

  flush(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.size === 0) return;
    const text = this.pieces.join("");
    this.pieces = [];
    this.size = 0;
    this.send(this.owner, this.name, text);
  }
}
