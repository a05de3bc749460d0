import type { Report } from '../../model';
import { tableMarkup } from './figure';
import { type Content, html, type Markup } from './markup';

/** What the report is of: versions, times, digests, probes, and what was left behind. */
export function factsSection(report: Report): Markup {
  const { probes } = report;
  return html`<section id="facts" aria-labelledby="facts-title">
    <h2 id="facts-title">About this run</h2>
    ${factList(factsOf(report))}
    <h3>Probes</h3>
    ${probes.length === 0 ? html`<p>None was sent out.</p>` : probesTable(probes)}
    <h3>Left behind</h3>
    ${leftBehind(report)}
  </section>`;
}

/** Names, and what there is to say of each. */
export type Facts = readonly (readonly [string, Content])[];

export function factList(facts: Facts): Markup {
  return html`<dl class="facts">
    ${facts.map(
      ([name, value]) =>
        html`<div>
          <dt>${name}</dt>
          <dd>${value}</dd>
        </div> `,
    )}
  </dl>`;
}

function factsOf(report: Report): Facts {
  const { tool, target, profile, deadlineSeconds, startedAt, durationMs, interrupted } = report;
  const ended = new Date(Date.parse(startedAt) + durationMs);
  return [
    ['Version', `${tool.name} ${tool.version}, report schema ${report.schemaVersion}`],
    ['Target', `${target.kind === 'deployment' ? 'deployment' : 'DICOMweb server'} ${target.serviceUrl}`],
    ['Profile', `${profile}, deadline after ${deadlineSeconds} s`],
    ['Started', startedAt],
    [
      'Ended',
      `${Number.isNaN(ended.getTime()) ? '' : `${ended.toISOString()}, `}after ${(durationMs / 1000).toFixed(1)} s${interrupted ? ', interrupted' : ''}`,
    ],
    ['SHA-256 of the manifest', sha256Text(report.manifestSha256)],
    ['SHA-256 of the evidence', sha256Text(report.evidenceSha256)],
  ];
}

function sha256Text(sha256: string | undefined): Content {
  return sha256 === undefined ? 'no manifest was given' : html`<code>${sha256}</code>`;
}

function probesTable(probes: Report['probes']): Markup {
  return tableMarkup(
    'What gathered the evidence',
    ['Probe', 'Seconds', 'Error'],
    probes.map(({ id, durationMs, error }) => [id, (durationMs / 1000).toFixed(1), error ?? 'none']),
  );
}

function leftBehind({ leftovers, leftoverFolders = [] }: Report): Markup {
  if (leftovers.length + leftoverFolders.length === 0)
    return html`<p>Nothing: all that was sent was deleted.</p>`;
  return html`<p>What could not be deleted; the next run tries again:</p>
    <ul>
      ${leftovers.map((uid) => html`<li>study <code>${uid}</code></li> `)}
      ${leftoverFolders.map((path) => html`<li>folder <code>${path}</code> in the lake</li> `)}
    </ul>`;
}
