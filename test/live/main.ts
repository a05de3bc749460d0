import { randomBytes } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DefaultAzureCredential } from '@azure/identity';
import { version } from '../../package.json';
import { AZURE_CLOUDS } from '../../contract';
import { type AzureConnection, SystemClock } from '../../verify';
import { EXPERIMENTS } from './experiments';
import { LiveJournal } from './live-journal';
import { liveReportMarkdown, liveReportOf } from './live-report';
import { groupApartOf, type LivePlace, type LiveSettings, readLiveSettings } from './live-settings';
import { principalIn } from './principal-in';
import { cleanUp, runExperiments } from './run-experiments';
import { spendOf, spendText } from './spend';
import { terraformDeployer } from './terraform-deployer';

const clock = new SystemClock();

function say(message: string): void {
  process.stdout.write(`${message}\n`);
}

function chosen({ only }: LiveSettings): typeof EXPERIMENTS {
  return EXPERIMENTS.filter(({ id }) => only.length === 0 || only.includes(id));
}

/** @throws Error where the folder holds the run of another place, or one that is over */
function journalFor(folder: string, place: LivePlace): LiveJournal {
  const known = LiveJournal.open(folder);
  if (known === undefined) {
    const runId = randomBytes(4).toString('hex');
    const names = { ...place, groupApart: groupApartOf(place.group), runId };
    return LiveJournal.begin(folder, names, new Date(clock.now()).toISOString());
  }
  const { names } = known.run;
  const differs = (Object.keys(place) as (keyof LivePlace)[]).filter((key) => names[key] !== place[key]);
  if (differs.length > 0)
    throw new Error(`${folder} holds a run elsewhere (${differs.join(', ')} differ); give another --folder`);
  return known;
}

async function main(): Promise<void> {
  const result = readLiveSettings(process.argv.slice(2), process.env);
  if (!result.ok) {
    process.stderr.write(`Nothing was started:\n- ${result.problems.join('\n- ')}\n`);
    process.exitCode = 2;
    return;
  }
  const { settings } = result;
  const folder = path.resolve(settings.folder);
  const experiments = chosen(settings);
  if (settings.command === 'report') {
    report(folder);
    return;
  }
  if (settings.command === 'plan') {
    say(`${spendText(spendOf(experiments))}\n`);
    for (const { id, minutes, measured } of experiments) say(`${id} (${minutes} minutes): ${measured}`);
    return;
  }
  const journal = journalFor(folder, settings.place);
  const connection: AzureConnection = { credential: new DefaultAzureCredential() };
  if (settings.command === 'clean-up') {
    await cleanUp({ journal, connection, progress: say });
    return;
  }
  say(`${spendText(spendOf(experiments))}\n`);
  if (journal.isOver) throw new Error(`the run in ${folder} was cleaned up; give another --folder`);
  const token = await connection.credential.getToken(`${AZURE_CLOUDS.AzurePublicCloud.armEndpoint}/.default`);
  const stop = new AbortController();
  process.once('SIGINT', () => {
    say('stopping: what was changed is put back first; run again to go on, or clean up');
    stop.abort(new Error('stopped'));
  });
  try {
    await runExperiments(experiments, {
      ...{ journal, connection, folder, clock, version, progress: say },
      principal: principalIn(token?.token ?? ''),
      deployer: terraformDeployer(),
      signal: stop.signal,
    });
  } finally {
    report(folder);
    say(`still there, and billed: ${journal.groups.join(', ')}; delete with the command clean-up`);
  }
}

function report(folder: string): void {
  const journal = LiveJournal.open(folder);
  if (journal === undefined) throw new Error(`${folder} holds no run`);
  const { names, startedAt } = journal.run;
  const { answers, failures } = journal;
  const found = liveReportOf(EXPERIMENTS, { names, startedAt, answers, failures }, version);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'report.json'), `${JSON.stringify(found, null, 2)}\n`);
  writeFileSync(path.join(folder, 'report.md'), liveReportMarkdown(found));
  say(`report: ${path.join(folder, 'report.md')}`);
}

main().catch((error: unknown) => {
  process.stderr.write(`${(error as Error).message}\n`);
  process.exitCode = 1;
});
