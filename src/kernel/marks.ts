/**
 * Marks that a worker sets in what it shows, and that the I/O thread says it has come past. What a worker tells the
 * main thread goes another way than what it shows: only a mark says that nothing shown before it is still to come.
 */
export class Marks {
  private readonly passed = new Set<number>();
  private readonly waiting = new Map<number, () => void>();
  private last = 0;

  /** A mark that nobody else has. */
  next(): number {
    return ++this.last;
  }

  /** The I/O thread came past a mark. */
  pass(mark: number): void {
    const proceed = this.waiting.get(mark);
    if (proceed === undefined) this.passed.add(mark);
    else proceed();
    this.waiting.delete(mark);
  }

  /** Wait until the I/O thread has come past a mark; each is waited for once. */
  async after(mark: number): Promise<void> {
    if (this.passed.delete(mark)) return;
    await new Promise<void>((resolve) => this.waiting.set(mark, resolve));
  }
}
