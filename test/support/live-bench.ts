import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type Emulator, ManualClock } from '../../emulator';
import { applyStack } from '../../local';
import { type AzureConnection, connectionForEmulator } from '../../verify';
import type { LiveNames } from '../live/experiment';
import { LiveJournal } from '../live/live-journal';
import type { LiveRun } from '../live/run-experiments';
import { temporaryFolder } from './cli';
import { connectionTo, credentialOf, startTestEmulator } from './emulator';
import { SharedClock } from './shared-clock';

/** What a run on a subscription has, with the emulator for Azure and `local apply` for Terraform. */
export interface LiveBench extends AsyncDisposable {
  readonly emulator: Emulator;
  readonly run: LiveRun;
  readonly connection: AzureConnection;
  readonly messages: readonly string[];
}

export const LIVE_RUN_ID = 'a1b2c3d4';

export async function startLiveBench(): Promise<LiveBench> {
  const clock = new ManualClock();
  const emulator = await startTestEmulator({ clock });
  const { tenantId, subscriptionId, credentials } = emulator.ready;
  const folder = temporaryFolder();
  const names: LiveNames = {
    ...{ tenantId, subscriptionId, location: 'westeurope', runId: LIVE_RUN_ID },
    group: 'live-questions',
    groupApart: 'live-questions-apart',
  };
  const connection: AzureConnection = {
    ...connectionForEmulator(emulator.ready, emulator.ca),
    credential: credentialOf(emulator, 'deployer'),
  };
  const messages: string[] = [];
  return {
    emulator,
    connection,
    messages,
    run: {
      journal: LiveJournal.begin(folder.path, names, new Date(clock.now()).toISOString()),
      connection,
      principal: { objectId: credentials.deployer.objectId, type: 'ServicePrincipal' },
      deployer: (stackFolder) =>
        applyStack(JSON.parse(readFileSync(path.join(stackFolder, 'cdk.tf.json'), 'utf8')), {
          connection: connectionTo(emulator),
          subscriptionId,
          tenantId,
        }),
      folder: folder.path,
      clock: new SharedClock(clock),
      signal: new AbortController().signal,
      progress: (message) => messages.push(message),
      version: '0.0.0',
    },
    [Symbol.asyncDispose]: async () => {
      await emulator.close();
      folder[Symbol.dispose]();
    },
  };
}
