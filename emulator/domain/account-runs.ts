/** Reports of this many runs are kept for each account. */
const KEPT_RUNS = 400;

/** Reports of what was done to storage accounts, newest last. */
export class AccountRuns<Run extends { readonly storageAccountId: string }> {
  private readonly runs = new Map<string, readonly Run[]>();

  public note(run: Run): void {
    const id = run.storageAccountId.toLowerCase();
    this.runs.set(id, [...(this.runs.get(id) ?? []), run].slice(-KEPT_RUNS));
  }

  /** @param storageAccountId undefined for all accounts */
  public of(storageAccountId: string | undefined): readonly Run[] {
    const wanted = storageAccountId?.toLowerCase();
    return [...this.runs].flatMap(([id, runs]) => (wanted === undefined || wanted === id ? runs : []));
  }
}
