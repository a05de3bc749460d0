import { TAG, textOf, type DicomDataset } from '../domain/dicom-dataset';
import { isUid } from '../domain/dicom-value-rule';
import { scheduledWorkitem, toldWorkitem, workitemProblem } from '../domain/dicom-workitem';
import {
  searchWorklist,
  WORKITEM_SEARCH_ATTRIBUTES,
  type AttributePath,
  type WorkitemSearch,
} from '../domain/dicom-workitem-search';
import { ServiceFault } from '../fault';
import type { HttpResponse } from '../http/exchange';
import { readDicomJson } from './dicom-json-body';
import { requireDicomJson } from './media-type';
import { booleanParameter, pageIn, refused } from './query-parameter';
import { DICOM_JSON, type DicomExchange, type DicomRoute } from './route';
import { includedFields, isSearchControl, tagOf } from './search';

/** Creates, returns and finds work items (UPS-RS), as far as it takes to see that none of them gets into the lake. */
export const WORKITEM_ROUTES: readonly DicomRoute[] = [
  { method: 'POST', path: '/workitems', permission: 'write', partition: 'created', handle: create },
  { method: 'GET', path: '/workitems', permission: 'read', partition: 'existing', handle: search },
  {
    method: 'GET',
    path: '/workitems/{workitem}',
    permission: 'read',
    partition: 'existing',
    handle: retrieve,
  },
];

async function create({ request, partition, baseUrl }: DicomExchange): Promise<HttpResponse> {
  requireDicomJson(request.headers.accept);
  const [payload = {}] = await readDicomJson(request);
  const asked = named(payload, uidInQuery(request.url.searchParams));
  const problem = workitemProblem(asked);
  if (problem !== undefined) throw refused(problem);
  const uid = requireUid(textOf(asked, TAG.sopInstanceUid) ?? '');
  if (!partition.worklist.add(scheduledWorkitem(asked, request.receivedAt))) {
    throw new ServiceFault(
      409,
      'Conflict',
      'The workitem instance already exists. Try creating using a different UID.',
    );
  }
  const location = `${baseUrl}/workitems/${uid}`;
  return { status: 201, headers: { Location: location, 'Content-Location': location } };
}

/** The UID may be the name of the first parameter of the query, as in `?1.2.3`. */
function uidInQuery(query: URLSearchParams): string | undefined {
  const [uid = ''] = query.keys();
  return uid === '' ? undefined : requireUid(uid);
}

/** @throws ServiceFault 400 where the payload names itself otherwise */
function named(payload: DicomDataset, uid: string | undefined): DicomDataset {
  if (uid === undefined) return payload;
  if (TAG.sopInstanceUid in payload && textOf(payload, TAG.sopInstanceUid) !== uid) {
    throw refused('SOPInstanceUID in the payload does not match the workitem query parameter.');
  }
  return { ...payload, [TAG.sopInstanceUid]: { vr: 'UI', Value: [uid] } };
}

function requireUid(uid: string): string {
  if (isUid(uid)) return uid;
  throw refused(`The UID of a work item must be a UID of at most 64 digits and dots, got '${uid}'.`);
}

function retrieve({ request, partition, parameters }: DicomExchange): HttpResponse {
  requireDicomJson(request.headers.accept);
  const workitem = partition.worklist.workitem(requireUid(parameters['workitem'] ?? ''));
  if (workitem === undefined) {
    throw new ServiceFault(404, 'NotFound', 'The workitem instance is not found.');
  }
  return { status: 200, headers: DICOM_JSON, body: JSON.stringify(toldWorkitem(workitem)) };
}

function search({ request, partition }: DicomExchange): HttpResponse {
  requireDicomJson(request.headers.accept);
  const found = searchWorklist(partition.worklist.workitems(), readSearch(request.url.searchParams));
  if (found.length === 0) return { status: 204 };
  return { status: 200, headers: DICOM_JSON, body: JSON.stringify(found.map(toldWorkitem)) };
}

function readSearch(query: URLSearchParams): WorkitemSearch {
  const matches = [...query]
    .filter(([name]) => !isSearchControl(name))
    .map(([name, value]) => ({ path: pathOf(name), value: exactValue(name, value) }));
  if (booleanParameter(query, 'fuzzymatching', false)) throw exactOnly('fuzzymatching');
  return { matches, include: includedFields(query), ...pageIn(query) };
}

/** An attribute of a sequence is named as `sequence.attribute`. */
function pathOf(name: string): AttributePath {
  const path = name.split('.').map(tagOf);
  const known = WORKITEM_SEARCH_ATTRIBUTES.map((attribute) => attribute.split('.').map(tagOf).join('.'));
  if (known.includes(path.join('.'))) return path;
  throw refused(
    `Invalid query: '${name}' cannot be searched for; known are ${WORKITEM_SEARCH_ATTRIBUTES.join(', ')}.`,
  );
}

function exactValue(name: string, value: string): string {
  if (value === '') throw refused(`Invalid query: '${name}' needs a value.`);
  if (pathOf(name).join('.') === tagOf('ScheduledProcedureStepStartDateTime') && value.includes('-')) {
    throw exactOnly('a range');
  }
  return value;
}

function exactOnly(what: string): ServiceFault {
  return new ServiceFault(
    501,
    'NotImplemented',
    `The emulator finds work items by exact values only, got ${what}.`,
  );
}
