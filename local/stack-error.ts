/** The stack cannot be applied: every problem found, each with the place in the stack. Nothing was sent. */
export class StackError extends Error {
  public override readonly name = 'StackError';

  public constructor(public readonly problems: readonly string[]) {
    super(problems.join('\n'));
  }
}
