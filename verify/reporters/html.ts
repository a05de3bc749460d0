import type { Report } from '../model';
import { callsPicture } from './html/calls-picture';
import { checksSection, outcomeBadge, problemList } from './html/checks';
import { factsSection } from './html/facts';
import { figureMarkup } from './html/figure';
import { headlineOf } from './html/headline';
import { healthPicture } from './html/health-picture';
import { journeyPicture } from './html/journey-picture';
import { html, type Markup } from './html/markup';
import { outcomePicture } from './html/outcome-picture';
import { OUTCOMES } from './html/outcome-words';
import { pageText } from './html/page';
import { tiersPicture } from './html/tiers-picture';
import { waiverNotices } from './waiver-words';

/** The report as one page that needs no other file: for people who decide, and for the archive. */
export function htmlReport(report: Report): string {
  const { answer } = headlineOf(report);
  return pageText({
    title: `${answer}: ${report.target.serviceUrl}`,
    skip: { id: 'checks', text: 'Skip to the checks' },
    header: headerOf(report),
    main: html`${problemList(report)} ${waiversToLookAt(report)} ${checksSection(report)}
    ${picturesSection(report)} ${factsSection(report)}`,
  });
}

function headerOf(report: Report): Markup {
  const { mood, answer, reason } = headlineOf(report);
  const { target, startedAt, tool, counts } = report;
  return html`<header>
    <div class="verdict ${mood}">
      <h1><strong>${answer}:</strong> ${reason}.</h1>
      <ul class="counts" aria-label="Checks by outcome">
        ${OUTCOMES.map((outcome) => html`<li><b>${counts[outcome]}</b> ${outcomeBadge(outcome)}</li> `)}
      </ul>
    </div>
    <p class="meta">${target.serviceUrl} · ${startedAt} · ${tool.name} ${tool.version}</p>
    <nav aria-label="Contents">
      <ul>
        <li><a href="#checks">Checks</a></li>
        <li><a href="#pictures">Pictures</a></li>
        <li><a href="#facts">About this run</a></li>
      </ul>
    </nav>
  </header>`;
}

function waiversToLookAt(report: Report): Markup | undefined {
  const notices = waiverNotices(report);
  if (notices.length === 0) return undefined;
  return html`<section aria-labelledby="waivers-title">
    <h2 id="waivers-title">Waivers to look at</h2>
    <ul>
      ${notices.map((notice) => html`<li>${notice}</li> `)}
    </ul>
  </section>`;
}

function picturesSection({ rows, observed }: Report): Markup {
  return html`<section id="pictures" aria-labelledby="pictures-title">
    <h2 id="pictures-title">Pictures</h2>
    ${[
      outcomePicture(rows),
      journeyPicture(observed.journey),
      callsPicture(observed.calls),
      healthPicture(observed.healthSightings),
      tiersPicture(observed.tiers),
    ].map(figureMarkup)}
  </section>`;
}
