import path from 'node:path';
import { DataLakeServiceClient, type StoragePipelineOptions } from '@azure/storage-file-datalake';
import type { DeploymentManifest } from '../../contract';
import { type AzureConnection, type Clock, redact, verify } from '../../verify';
import { dicomSender, reachable } from '../../verify/clients/azure';
import type { Experiment, ExperimentContext } from './experiment';
import type { LiveJournal } from './live-journal';
import { type LivePrincipal, liveStackProps, synthesizeLive } from './live-stack';
import { OwnedAzure } from './owned-azure';
import type { Deployer } from './terraform-deployer';

export interface LiveRun {
  readonly journal: LiveJournal;
  readonly connection: AzureConnection;
  readonly principal: LivePrincipal;
  readonly deployer: Deployer;
  /** For stacks, states and the journals of verify; an absolute path. */
  readonly folder: string;
  readonly clock: Clock;
  readonly signal: AbortSignal;
  readonly progress: (message: string) => void;
  readonly version: string;
}

/** Runs what has no answer yet, one after the other; an experiment that fails is written down and passed over. */
export async function runExperiments(experiments: readonly Experiment[], run: LiveRun): Promise<void> {
  const { journal, progress, signal, clock } = run;
  const context = contextOf(run);
  for (const experiment of experiments) {
    const { id } = experiment;
    if (journal.answers.has(id)) {
      progress(`${id}: answered before`);
      continue;
    }
    progress(`${id}: begins, about ${experiment.minutes} minutes`);
    const at = (): string => new Date(clock.now()).toISOString();
    try {
      const answer = await experiment.run(context);
      // What was cut short may still have come to an answer, a wrong one.
      signal.throwIfAborted();
      journal.add({ kind: 'answer', experiment: id, answer, at: at() });
      progress(`${id}: ${answer.answer}`);
    } catch (error) {
      signal.throwIfAborted();
      const why = redact((error as Error).message);
      journal.add({ kind: 'failure', experiment: id, why, at: at() });
      progress(`${id}: no answer: ${why}`);
    }
  }
}

/** Deletes every group that the run may have made; what it did not make is left alone. */
export async function cleanUp({
  journal,
  connection,
  progress,
}: Pick<LiveRun, 'journal' | 'connection' | 'progress'>): Promise<void> {
  const owned = new OwnedAzure(connection, journal);
  const problems: unknown[] = [];
  for (const name of journal.groups) {
    progress(`${name}: deleting it with everything in it`);
    try {
      const found = await owned.removeGroup(name);
      journal.add({ kind: 'group-gone', name });
      progress(`${name}: ${found ? 'gone' : 'was never made'}`);
    } catch (error) {
      problems.push(error);
      progress(`${name}: still there: ${redact((error as Error).message)}`);
    }
  }
  if (problems.length > 0) throw new AggregateError(problems, 'not everything was deleted; clean up again');
}

function contextOf(run: LiveRun): ExperimentContext {
  const { journal, connection, principal, deployer, folder, clock, signal, progress, version } = run;
  const { names } = journal.run;
  const owned = new OwnedAzure(connection, journal);
  const deploy = async (
    apart: 'shared' | 'apart',
    more: Parameters<ExperimentContext['deployApart']>[0],
  ): Promise<DeploymentManifest> => {
    const props = { ...liveStackProps(names, principal, apart), ...more };
    const stackFolder = synthesizeLive(folder, apart, props);
    await owned.claimGroup(props.resourceGroupName);
    progress(`deploying (${apart})`);
    return deployer(stackFolder, signal);
  };
  let shared: Promise<DeploymentManifest> | undefined;
  return {
    names,
    clock,
    signal,
    progress,
    owned,
    deployment: () => (shared ??= deploy('shared', {})),
    deployApart: (props) => deploy('apart', props),
    verify: (manifest, only, profile) =>
      verify(
        {
          target: { kind: 'deployment', manifest, azure: connection },
          journalFolder: path.join(folder, 'verify'),
          only,
          profile,
          version,
        },
        { clock, signal },
      ),
    dicom: dicomSender(connection),
    lakeOf: ({ lake }) => {
      const { ca, credential } = connection;
      // The storage SDK hands this to its pipeline, though its own type leaves it out.
      const options: StoragePipelineOptions & { tlsOptions?: { ca: string } } =
        ca === undefined ? {} : { tlsOptions: { ca } };
      return new DataLakeServiceClient(reachable(lake.dfsEndpoint), credential, options).getFileSystemClient(
        lake.containerName,
      );
    },
  };
}
