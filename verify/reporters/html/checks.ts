import type { Report, ReportedFinding, ReportRow } from '../../model';
import { waivedRowWords } from '../waiver-words';
import { shownOutcome, type ShownOutcome } from '../shown-outcome';
import { html, type Markup } from './markup';
import { isProblem, OUTCOME_WORDS, OUTCOMES, topicOf } from './outcome-words';

const SHOWN_FINDINGS = 200;

/** Rows of one topic, what is wrong first. */
interface Topic {
  readonly name: string;
  readonly rows: readonly ReportRow[];
}

/** Every row by topic; topics with the worst outcome come first. */
export function checksSection({ rows }: Report): Markup {
  if (rows.length === 0) {
    return html`<section id="checks" aria-labelledby="checks-title">
      <h2 id="checks-title">Checks</h2>
      <p>Nothing was checked.</p>
    </section>`;
  }
  const topics = topicsOf(rows);
  return html`<section id="checks" aria-labelledby="checks-title">
    <h2 id="checks-title">Checks by topic</h2>
    ${topics.map(
      ({ name, rows }) =>
        html`<section class="topic">
          <h3>${name}</h3>
          ${rows.map(rowArticle)}
        </section> `,
    )}
  </section>`;
}

/** What is wrong, each with a link to where it is explained; nothing where all is well. */
export function problemList({ rows }: Report): Markup | undefined {
  const problems = byOutcome(rows.filter((row) => isProblem(shownOutcome(row))));
  if (problems.length === 0) return undefined;
  return html`<section aria-labelledby="problems-title">
    <h2 id="problems-title">What is wrong</h2>
    <ol class="problems">
      ${problems.map(
        (row) =>
          html`<li>
            ${outcomeBadge(shownOutcome(row))} <a href="#${anchorOf(row)}">${row.title}</a>
            <code>${row.id}</code>
          </li> `,
      )}
    </ol>
  </section>`;
}

export function outcomeBadge(outcome: ShownOutcome): Markup {
  const { sign, word } = OUTCOME_WORDS[outcome];
  return html`<span class="badge ${outcome}"><span aria-hidden="true">${sign}</span> ${word}</span>`;
}

function topicsOf(rows: readonly ReportRow[]): readonly Topic[] {
  const names = new Set(byOutcome(rows).map(({ id }) => topicOf(id)));
  return [...names].map((name) => ({ name, rows: byOutcome(rows.filter(({ id }) => topicOf(id) === name)) }));
}

function byOutcome(rows: readonly ReportRow[]): readonly ReportRow[] {
  return OUTCOMES.flatMap((outcome) => rows.filter((row) => shownOutcome(row) === outcome));
}

function anchorOf({ id }: ReportRow): string {
  return `check-${id.replace(/[^a-z0-9]+/gi, '-')}`;
}

function rowArticle(row: ReportRow): Markup {
  const { id, title, severity, detail, why, docs } = row;
  const outcome = shownOutcome(row);
  return html`<article
    class="row ${isProblem(outcome) ? 'problem' : 'quiet'} ${outcome}"
    id="${anchorOf(row)}"
  >
    <h4>${outcomeBadge(outcome)} ${title}</h4>
    <p class="meta"><code>${id}</code> · ${severity}${detail === undefined ? '' : ` · ${detail}`}</p>
    ${isProblem(outcome) ? problemBody(row) : quietBody(row)}
    <p class="meta">Why it matters: ${why}. Runbook: <code>${docs}</code></p>
  </article> `;
}

function quietBody({ reason }: ReportRow): Markup | undefined {
  return reason === undefined ? undefined : html`<p>${reason}</p>`;
}

function problemBody(row: ReportRow): Markup {
  const { reason = '', remedy = '', findings = [] } = row;
  const waived = waivedRowWords(row);
  return html`<dl>
      ${
        waived === undefined
          ? undefined
          : html`<dt>Waived</dt>
              <dd>${waived}</dd>`
      }
      <dt>Reason</dt>
      <dd>${reason}</dd>
      <dt>Remedy</dt>
      <dd>${remedy}</dd>
    </dl>
    ${findings.length === 0 ? undefined : findingsTable(findings)}`;
}

function findingsTable(findings: readonly ReportedFinding[]): Markup {
  const hidden = findings.length - SHOWN_FINDINGS;
  return html`<table>
      <caption>
        Findings
      </caption>
      <thead>
        <tr>
          <th scope="col">Subject</th>
          <th scope="col">Expected</th>
          <th scope="col">Got</th>
        </tr>
      </thead>
      <tbody>
        ${findings.slice(0, SHOWN_FINDINGS).map(
          ({ subject, expected, actual, waived }) =>
            html`<tr>
              <th scope="row">${subject}</th>
              <td>${expected}</td>
              <td>
                ${actual}${waived === undefined ? '' : ` (waived until ${waived.until}: ${waived.reason})`}
              </td>
            </tr> `,
        )}
      </tbody>
    </table>
    ${hidden > 0 ? html`<p>And ${hidden} more, in the JSON report.</p>` : undefined}`;
}
