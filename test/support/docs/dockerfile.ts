import { kitCommandProblem } from './kit-command';

const INSTRUCTIONS = ['ARG', 'CMD', 'COPY', 'ENTRYPOINT', 'ENV', 'FROM', 'LABEL', 'RUN', 'USER', 'WORKDIR'];

/** What is wrong with a Dockerfile: its instructions, and the command of the kit that it starts. */
export async function dockerfileProblems(code: string): Promise<readonly string[]> {
  const lines = code
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line.trim() !== '' && !line.startsWith('#'));
  const unknown = lines
    .map((line) => line.split(' ')[0] ?? '')
    .filter((name) => !INSTRUCTIONS.includes(name))
    .map((name) => `there is no instruction '${name}'; known are ${INSTRUCTIONS.join(', ')}`);
  const started = lines
    .filter((line) => /^(ENTRYPOINT|CMD) \[/.test(line))
    .map((line) => JSON.parse(line.replace(/^\w+ /, '')) as readonly string[])
    .map((words) => words.slice(1 + words.findIndex((word) => word.endsWith('dicom-lake.js'))));
  const wrong = await Promise.all(started.map(kitCommandProblem));
  return [...unknown, ...wrong.filter((problem) => problem !== undefined)];
}
