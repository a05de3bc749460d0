import { SERVICE_FACTS } from '../../contract';
import { DEFAULT_PRICES } from '../../verify';
import type { Experiment } from './experiment';

/** Roughly, as nobody has measured it: azurerm waits up to 90 minutes for a service. */
const DEPLOY_MINUTES = 30;

const MONTH_HOURS = 730;
const PROBES_PER_HOUR = 3_600 / SERVICE_FACTS.healthProbePeriodSeconds.value;
const SHOWN_DIGITS = 2;

export interface Spend {
  readonly minutes: number;
  readonly deployments: number;
  /** In the currency of the price book. */
  readonly run: number;
  /** Where nothing is cleaned up. */
  readonly forgottenMonth: number;
  readonly unpriced: readonly string[];
}

/** What some experiments take, at the default list prices of the kit and of its own health checks above all. */
export function spendOf(experiments: readonly Experiment[]): Spend {
  const apart = experiments.reduce((sum, { deploysApart }) => sum + deploysApart, 0);
  const deployments = 1 + apart;
  const minutes =
    deployments * DEPLOY_MINUTES + experiments.reduce((sum, experiment) => sum + experiment.minutes, 0);
  const operations = experiments.reduce((sum, experiment) => sum + experiment.operations, 0);
  const { writePer10000 } = DEFAULT_PRICES.tiers.Hot;
  return {
    minutes,
    deployments,
    // Any operation as dear as a write: an upper bound.
    run: deployments * healthChecks(minutes / 60) + (operations / 10_000) * writePer10000,
    forgottenMonth: deployments * healthChecks(MONTH_HOURS),
    unpriced: [
      `the DICOM service: ${deployments}, with some megabytes and some thousand requests each`,
      ...experiments.flatMap(({ unpriced }) => unpriced),
    ],
  };
}

/** Each writes and reads a file of some bytes, and deletes it, which is free. */
function healthChecks(hours: number): number {
  const { writePer10000, readPer10000 } = DEFAULT_PRICES.tiers.Hot;
  return ((hours * PROBES_PER_HOUR) / 10_000) * (writePer10000 + readPer10000);
}

export function spendText(spend: Spend): string {
  const { currency, asOf, source, region } = DEFAULT_PRICES;
  const { minutes, deployments, run, forgottenMonth, unpriced } = spend;
  return [
    `about ${hoursText(minutes)}, ${deployments} deployment${deployments === 1 ? '' : 's'}`,
    `lake: ${moneyText(run, currency)} at most for the run, ${moneyText(forgottenMonth, currency)} a month if it is forgotten`,
    `  (list prices of ${region} of ${asOf}, ${source})`,
    'not in these figures, for want of a price:',
    ...unpriced.map((line) => `- ${line}`),
  ].join('\n');
}

function hoursText(minutes: number): string {
  return minutes < 120 ? `${minutes} minutes` : `${(minutes / 60).toFixed(1)} hours`;
}

/** Rounded up, so that nothing is shown as free. */
export function moneyText(amount: number, currency: string = DEFAULT_PRICES.currency): string {
  const unit = 10 ** SHOWN_DIGITS;
  return `${(Math.ceil(amount * unit) / unit).toFixed(SHOWN_DIGITS)} ${currency}`;
}
