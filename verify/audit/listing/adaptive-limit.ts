/**
 * How many requests may be under way: one more after each round of answers, half as many each time the service says that
 * it is busy, as TCP does it.
 *
 * @see https://learn.microsoft.com/azure/storage/common/scalability-targets-standard-account
 */
export class AdaptiveLimit {
  private limit: number;

  public constructor(private readonly most: number) {
    this.limit = Math.min(4, most);
  }

  public get value(): number {
    return Math.floor(this.limit);
  }

  public answered(): void {
    this.limit = Math.min(this.most, this.limit + 1 / this.limit);
  }

  public throttled(): void {
    this.limit = Math.max(1, this.limit / 2);
  }
}
