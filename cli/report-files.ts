import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { InvalidArgumentError } from 'commander';
import {
  htmlReport,
  jsonReport,
  junitReport,
  markdownReport,
  type Report,
  textReport,
  type VerifyExitCode,
} from '../verify';
import type { CommandContext } from './command-context';

export const FORMATS = {
  text: (report: Report): string => textReport(report, false),
  json: jsonReport,
  junit: junitReport,
  markdown: markdownReport,
  html: htmlReport,
};

/** In which format a report is written, and where to. */
export interface FormatFile<Format extends string> {
  readonly format: Format;
  readonly file: string;
}

export type ReportTarget = FormatFile<keyof typeof FORMATS>;

/** One way out of a report. */
export interface ReportWriter {
  /** What it writes, for messages. */
  readonly name: string;
  readonly write: () => void;
}

/** Reads `format=file` of --report. */
export const readReportTarget = reportTargetReader(FORMATS);

/** Reads `format=file`, where the format is one of these, behind those that were given before. */
export function reportTargetReader<Format extends string>(
  formats: Readonly<Record<Format, unknown>>,
): (text: string, others: readonly FormatFile<Format>[]) => readonly FormatFile<Format>[] {
  const known = Object.keys(formats).map((format) => `${format}=FILE`);
  return (text, others) => {
    const [, format, file] = /^([^=]+)=(.+)$/s.exec(text) ?? [];
    if (format === undefined || file === undefined || !Object.hasOwn(formats, format))
      throw new InvalidArgumentError(`give ${known.slice(0, -1).join(', ')} or ${known.at(-1) ?? ''}.`);
    return [...others, { format: format as Format, file }];
  };
}

/** Writes all of them: one that cannot be written keeps no other back. @returns what went wrong, in words */
export function writeReports(writers: readonly ReportWriter[]): readonly string[] {
  return writers.flatMap(({ name, write }) => {
    try {
      write();
      return [];
    } catch (error) {
      return [`${name} could not be written: ${describe(error)}`];
    }
  });
}

/** Writes a file, with the folders above it, relative to the working directory. */
export function writeReportFile({ workingDirectory }: CommandContext, file: string, text: string): void {
  const target = path.resolve(workingDirectory, file);
  mkdirSync(path.dirname(target), { recursive: true });
  writeFileSync(target, text);
}

/** What a run ends with where a report is missing: never as if all were well, but a worse verdict stands. */
export function exitCodeWithoutReport(exitCode: VerifyExitCode): VerifyExitCode {
  return exitCode === 0 ? 3 : exitCode;
}

/** What the system refused, in its words; anything else is a bug and keeps its stack. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return 'code' in error && 'syscall' in error ? error.message : (error.stack ?? error.message);
}
