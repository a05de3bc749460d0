/** What expressions may name, such as `github` and `vars`. */
export type Contexts = Readonly<Record<string, unknown>>;

/** What `success()` and its like answer. */
export type JobStatus = 'success' | 'failure' | 'cancelled';

const STATUS_FUNCTIONS: Readonly<Record<string, (status: JobStatus) => boolean>> = {
  always: () => true,
  success: (status) => status === 'success',
  failure: (status) => status === 'failure',
  cancelled: (status) => status === 'cancelled',
};

/** Whether a job or step runs: without one of the functions of status, `success() &&` stands before its `if`. */
export async function runsIf(
  condition: string | undefined,
  contexts: Contexts,
  status: JobStatus,
): Promise<boolean> {
  const expression = (condition ?? 'success()').replace(/^\s*\$\{\{(.*)\}\}\s*$/s, '$1');
  const names = new RegExp(String.raw`\b(${Object.keys(STATUS_FUNCTIONS).join('|')})\s*\(`);
  const whole = names.test(expression) ? expression : `success() && (${expression})`;
  return (await evaluate(whole, contexts, status)) === 'true';
}

/** A text of a workflow with its expressions evaluated. */
export async function interpolate(text: string, contexts: Contexts): Promise<string> {
  let interpolated = '';
  for (const [at, part] of text.split(/\$\{\{(.*?)\}\}/s).entries())
    interpolated += at % 2 === 0 ? part : await evaluate(part.trim(), contexts, 'success');
  return interpolated;
}

async function evaluate(expression: string, contexts: Contexts, status: JobStatus): Promise<string> {
  const { data, Evaluator, Lexer, Parser } = await import('@actions/expressions');
  const functions = Object.entries(STATUS_FUNCTIONS).map(([name, answer]) => ({
    name,
    minArgs: 0,
    maxArgs: 0,
    call: () => new data.BooleanData(answer(status)),
  }));
  const parsed = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
  const given = JSON.parse(JSON.stringify(contexts), data.reviver) as InstanceType<typeof data.Dictionary>;
  const named = new Map(functions.map((one) => [one.name, one]));
  return new Evaluator(parsed, given, named).evaluate().coerceString();
}
