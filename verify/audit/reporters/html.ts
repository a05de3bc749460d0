import { bytesText, counted, countText, durationText } from '../../quantity';
import { factList, type Facts } from '../../reporters/html/facts';
import { figureMarkup, tableMarkup } from '../../reporters/html/figure';
import { type Content, html, type Markup } from '../../reporters/html/markup';
import { pageText } from '../../reporters/html/page';
import type { AuditReport, Finding, IndexDifference } from '../model';
import { findingsTable, kindTable } from './audit-tables';
import { auditFigures, tableOf } from './html/figures';
import { placeWords, sourceWords } from './source-words';
import { FINDING_WORDS, verdictOf } from './verdict';

/** The report as one page that needs no other file: for people who decide, and for the archive. */
export function auditHtmlReport(report: AuditReport): string {
  return pageText({
    title: `${verdictOf(report).answer}: ${placeWords(report)}`,
    skip: { id: 'findings', text: 'Skip to what was found' },
    header: headerOf(report),
    main: [
      findingsSection(report),
      indexSection(report.index),
      adviceSection(report),
      picturesSection(report),
      namedSection(report),
      factsSection(report),
    ],
  });
}

function headerOf(report: AuditReport): Markup {
  const { mood, answer, reason } = verdictOf(report);
  const { total, asOf, tool } = report;
  return html`<header>
    <div class="verdict ${mood}">
      <h1><strong>${answer}:</strong> ${reason}.</h1>
      <ul class="counts" aria-label="In all">
        <li><b>${countText(total.count)}</b> ${total.count === 1 ? 'file' : 'files'}</li>
        <li><b>${bytesText(total.bytes)}</b></li>
      </ul>
    </div>
    <p class="meta">${placeWords(report)} · as of ${asOf} · ${tool.name} ${tool.version}</p>
    <nav aria-label="Contents">
      <ul>
        <li><a href="#findings">Findings</a></li>
        <li><a href="#advice">What to do</a></li>
        <li><a href="#pictures">Pictures</a></li>
        <li><a href="#named">Files by name</a></li>
        <li><a href="#facts">About this audit</a></li>
      </ul>
    </nav>
  </header>`;
}

function findingsSection(report: AuditReport): Markup {
  const { findings, source } = report;
  const none =
    source.kind === 'metrics' ? 'Metrics name no file.' : 'No file stands out, as far as was looked at.';
  return html`<section id="findings" aria-labelledby="findings-title">
    <h2 id="findings-title">Findings</h2>
    ${findings.length === 0 ? html`<p>${none}</p>` : tableOf(findingsTable(report))}
  </section>`;
}

/** Below the pictures: they are many. */
function namedSection({ findings, findingsFile }: AuditReport): Markup {
  return html`<section id="named" aria-labelledby="named-title">
    <h2 id="named-title">Files by name</h2>
    ${findings.length === 0 ? html`<p>None stands out by name.</p>` : undefined}
    ${
      findingsFile === undefined || findings.length === 0
        ? undefined
        : html`<p>All of them are named in <code>${findingsFile}</code>.</p>`
    }
    ${findings.map(namedFiles)}
  </section>`;
}

function namedFiles({ finding, count, first }: Finding): Markup {
  return html`<h3>First ${FINDING_WORDS[finding]}</h3>
    ${tableMarkup(
      `${countText(first.length)} of ${counted(count, 'file')}, by path`,
      ['Path', 'Tier', 'Size', 'Changed'],
      first.map(({ path, tier, bytes, modifiedAt }) => [path, tier, bytesText(bytes), modifiedAt]),
    )} `;
}

function indexSection(index: IndexDifference | undefined): Markup | undefined {
  if (index === undefined) return undefined;
  const { images, entries, lost, unknown, unsettled } = index;
  return html`<section id="index" aria-labelledby="index-title">
    <h2 id="index-title">Index and lake</h2>
    <p>
      ${counted(images, 'image')} in the index, by ${countText(entries)} entries of the change feed:
      ${countText(lost.count)} without a file, ${counted(unknown.count, 'file')} without an image,
      ${countText(unsettled)} that came or went meanwhile.
    </p>
    ${differenceMarkup(`${counted(lost.count, 'image')} without a file`, lost)}
    ${differenceMarkup(`${counted(unknown.count, 'file')} without an image`, unknown)}
  </section>`;
}

function differenceMarkup(title: string, { count, first }: IndexDifference['lost']): Markup | undefined {
  if (count === 0) return undefined;
  const hidden = count - first.length;
  return html`<h3>${title}</h3>
    ${
      first.length === 0
        ? undefined
        : html`<ul>
            ${first.map((name) => html`<li><code>${name}</code></li> `)}
          </ul>`
    }
    ${hidden > 0 ? html`<p>And ${countText(hidden)} more.</p>` : undefined} `;
}

function adviceSection({ advice }: AuditReport): Markup {
  return html`<section id="advice" aria-labelledby="advice-title">
    <h2 id="advice-title">What to know and to do</h2>
    ${
      advice.length === 0
        ? html`<p>Nothing.</p>`
        : html`<ol class="problems">
            ${advice.map((sentence) => html`<li>${withCode(sentence)}</li> `)}
          </ol>`
    }
  </section>`;
}

/** What stands between backticks is to be typed. */
function withCode(sentence: string): Content {
  return sentence.split('`').map((part, index) => (index % 2 === 0 ? part : html`<code>${part}</code>`));
}

function picturesSection(report: AuditReport): Markup {
  return html`<section id="pictures" aria-labelledby="pictures-title">
    <h2 id="pictures-title">Pictures</h2>
    ${auditFigures(report).map(figureMarkup)}
  </section>`;
}

function factsSection(report: AuditReport): Markup {
  const { byKind } = report;
  return html`<section id="facts" aria-labelledby="facts-title">
    <h2 id="facts-title">About this audit</h2>
    ${factList(factsOf(report))}
    ${byKind === undefined || byKind.length === 0 ? undefined : tableOf(kindTable(byKind))}
  </section>`;
}

function factsOf(report: AuditReport): Facts {
  const { tool, schemaVersion, source, startedAt, durationMs, asOf, complete } = report;
  return [
    ['Version', `${tool.name} ${tool.version}, report schema ${schemaVersion}`],
    ['Source', sourceWords(source)],
    ...(source.kind === 'inventory' ? [['Manifest of the inventory', source.manifest] as const] : []),
    ['Files are told of as they were', asOf],
    ['Started', startedAt],
    ['Took', `${durationText(durationMs)}${complete ? '' : ', interrupted'}`],
  ];
}
