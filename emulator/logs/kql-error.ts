/** A query that cannot be answered: it is malformed, or asks for what is not there, or not built. */
export class KqlError extends Error {
  public override readonly name = 'KqlError';

  public constructor(
    /** Azure's own code. */
    public readonly code: 'SyntaxError' | 'SemanticError',
    message: string,
  ) {
    super(message);
  }
}
