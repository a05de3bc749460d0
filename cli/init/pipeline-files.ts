import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { UsageError } from '../command-context';
import type { ProjectFile } from './project-files';

/** Pipelines that a project can be made with. */
export const PIPELINES = ['github', 'azure', 'azd', 'none'] as const;

export type Pipeline = (typeof PIPELINES)[number];

/** A file or a folder of the package, and where it goes in a project; both with `/`. */
interface Copied {
  readonly from: string;
  readonly to: string;
}

const COPIED: Readonly<Record<Pipeline, readonly Copied[]>> = {
  github: [{ from: 'github/dicom-lake.yml', to: '.github/workflows/dicom-lake.yml' }],
  azure: [{ from: 'azure/azure-pipelines.yml', to: 'azure-pipelines.yml' }],
  azd: [
    { from: 'azd/azure.yaml', to: 'azure.yaml' },
    { from: 'azd/hooks', to: 'hooks' },
  ],
  none: [],
};

/**
 * The files of a pipeline as the package has them.
 *
 * @param folder of the package that holds the pipelines
 * @throws UsageError naming every one that is not there
 */
export function pipelineFiles(pipeline: Pipeline, folder: string): readonly ProjectFile[] {
  const missing: string[] = [];
  const files = COPIED[pipeline].flatMap(({ from, to }) => {
    const source = path.join(folder, ...from.split('/'));
    const found = filesAt(source, to);
    if (found.length === 0) missing.push(`${source} is not there`);
    return found;
  });
  if (missing.length === 0) return files;
  throw new UsageError(
    `this installation of dicom-lake has no pipeline '${pipeline}'; install the package again, or give --pipeline none`,
    missing,
  );
}

function filesAt(source: string, to: string): readonly ProjectFile[] {
  const found = statSync(source, { throwIfNoEntry: false });
  if (found === undefined) return [];
  if (found.isDirectory())
    return readdirSync(source)
      .sort()
      .flatMap((name) => filesAt(path.join(source, name), `${to}/${name}`));
  return [{ path: to, text: readFileSync(source, 'utf8'), isExecutable: isScript(to) }];
}

/** By name: what npm unpacks on Windows has no such mode. */
function isScript(name: string): boolean {
  return name.endsWith('.sh');
}
