import http from 'node:http';
import { type Emulator, ManualClock } from '../../emulator';
import { armOf, provisionLake, startTestEmulator } from '../support/emulator';

/** The admin API, asked as plainly as anybody on this machine could. */
class JumpingClock extends ManualClock {
  public jump(milliseconds: number): Promise<void> {
    return this.advance(milliseconds);
  }
}

interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly json: unknown;
}

function ask(
  { ready }: Emulator,
  call: string,
  { headers = {}, body }: { readonly headers?: http.OutgoingHttpHeaders; readonly body?: string } = {},
): Promise<Answer> {
  const [method = '', path = ''] = call.split(' ');
  const all = { Authorization: `Bearer ${ready.admin.token}`, ...headers };
  const given = Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { 'Content-Length': Buffer.byteLength(body) };
    const request = http.request(
      `${ready.admin.endpoint}${path}`,
      { method, headers: { ...length, ...given } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => {
          const json = JSON.parse(Buffer.concat(chunks).toString('utf8')) as unknown;
          resolve({ status: response.statusCode ?? 0, headers: response.headers, json });
        });
      },
    );
    request.on('error', reject);
    request.end(body);
  });
}

let emulator: Emulator;

beforeAll(async () => {
  emulator = await startTestEmulator({ clock: new JumpingClock() });
});

afterAll(() => emulator.close());

afterEach(() => emulator.faults.clear());

const refusal = (code: string, message: string | RegExp): object => ({
  error: {
    code,
    message: typeof message === 'string' ? message : (expect.stringMatching(message) as unknown),
  },
});

describe('who may ask', () => {
  test.each([
    ['nothing', undefined],
    ['another token', 'Bearer of-somebody-else'],
    ['another scheme', 'Basic abc'],
  ])('not who bears %s', async (_what, authorization) => {
    const answer = await ask(emulator, 'GET /faults', { headers: { Authorization: authorization } });
    expect(answer).toMatchObject({
      status: 401,
      headers: { 'www-authenticate': 'Bearer' },
      json: refusal('TokenInvalid', /admin\.token of the ready line/),
    });
    expect(JSON.stringify(answer.json)).not.toContain(emulator.ready.admin.token);
  });

  test('not under a foreign name, as DNS rebinding would have it', async () => {
    const answer = await ask(emulator, 'GET /faults', { headers: { Host: 'evil.example:80' } });
    expect(answer).toMatchObject({ status: 403, json: refusal('HostForbidden', /got "evil.example:80"/) });
  });

  test.each(['https://evil.example', 'null'])('not from a page of %s', async (origin) => {
    const answer = await ask(emulator, 'GET /faults', { headers: { Origin: origin } });
    expect(answer).toMatchObject({ status: 403, json: refusal('OriginForbidden', /Origin must be absent/) });
    expect(answer.headers['access-control-allow-origin']).toBeUndefined();
  });

  test('its own origin may', async () => {
    const headers = { Origin: emulator.ready.admin.endpoint };
    expect((await ask(emulator, 'GET /faults', { headers })).status).toBe(200);
  });
});

describe('faults', () => {
  test('are set, listed and cleared', async () => {
    const body = JSON.stringify({ id: 'dicom/throttled', parameters: { retryAfterSeconds: 7 } });
    const set = {
      id: 'dicom/throttled',
      state: 'active',
      parameters: { method: '', path: '', retryAfterSeconds: 7 },
    };
    expect(await ask(emulator, 'POST /faults', { body })).toMatchObject({ status: 201, json: set });
    expect((await ask(emulator, 'GET /faults')).json).toEqual({ faults: [set] });
    expect((await ask(emulator, 'DELETE /faults/dicom/throttled')).json).toEqual({
      cleared: ['dicom/throttled'],
    });
    expect((await ask(emulator, 'DELETE /faults')).json).toEqual({ cleared: [] });
  });

  test('are in the catalogue with what can be chosen', async () => {
    const { json } = await ask(emulator, 'GET /faults/catalogue');
    const { faults } = json as { readonly faults: readonly { readonly id: string }[] };
    expect(faults.length).toBe(emulator.faults.catalogue.length);
    expect(faults.find(({ id }) => id === 'dicom/slow')).toMatchObject({
      title: 'the DICOM service is slow',
      parameters: { milliseconds: { kind: 'integer', default: 5000, minimum: 1, maximum: 600_000 } },
    });
  });

  test.each([
    ['{', 400, 'BodyInvalid', 'The body must be a JSON object, got "{".'],
    [
      '{"id":1,"parameters":[],"whenPossible":"yes","colour":"red"}',
      400,
      'BodyInvalid',
      'id must be the id of a fault, got 1; parameters must be an object of names and values, got []; whenPossible must be true or false, got "yes"; \'colour\' is not known; known are id, parameters, whenPossible.',
    ],
    [
      '{"id":"lake/tears"}',
      404,
      'FaultUnknown',
      /There is no fault 'lake\/tears'; there are: lake\/role-removed, /,
    ],
    [
      '{"id":"lake/role-removed"}',
      409,
      'TargetMissing',
      'lake/role-removed: there is no DICOM service yet; deploy one, then set the fault',
    ],
    [
      '{"id":"lake/role-late","parameters":{"seconds":0.5}}',
      400,
      'ParameterInvalid',
      'lake/role-late: seconds must be a whole number from 1 to 86400, got 0.5',
    ],
  ])('%s is refused', async (body, status, code, message) => {
    expect(await ask(emulator, 'POST /faults', { body })).toMatchObject({
      status,
      json: refusal(code, message),
    });
  });

  test('that do not stand cannot be cleared', async () => {
    expect(await ask(emulator, 'DELETE /faults/dicom/slow')).toMatchObject({
      status: 404,
      json: refusal('FaultNotSet', "The fault 'dicom/slow' is not set; set are: none."),
    });
  });

  test('are not read from a body without end', async () => {
    const body = JSON.stringify({ id: 'x'.repeat(70_000) });
    expect((await ask(emulator, 'POST /faults', { body })).status).toBe(413);
  });
});

describe('the clock', () => {
  test('is told and moved on', async () => {
    const before = (await ask(emulator, 'GET /clock')).json as { readonly milliseconds: number };
    const body = '{"days":120,"hours":1}';
    const { status, json } = await ask(emulator, 'POST /clock/jump', { body });
    const milliseconds = before.milliseconds + 120 * 86_400_000 + 3_600_000;
    expect({ status, json }).toEqual({
      status: 200,
      json: {
        milliseconds,
        now: new Date(milliseconds).toISOString(),
        lifecycleRuns: [],
        inventoryRuns: [],
      },
    });
  });

  test.each([
    ['{}', /give one of days, hours/],
    ['{"days":-1}', /days must be a number, not below 0, got -1/],
    ['{"weeks":1}', /'weeks' is not known/],
    ['{"days":40000}', /36500 days at most/],
    ['{"toString":1}', /'toString' is not known/],
  ])('does not jump by %s', async (body, message) => {
    expect(await ask(emulator, 'POST /clock/jump', { body })).toMatchObject({
      status: 400,
      json: refusal('BodyInvalid', message),
    });
  });

  test('of a kind that cannot be moved says so', async () => {
    await using still = await startTestEmulator({ clock: new ManualClock() });
    expect(await ask(still, 'POST /clock/jump', { body: '{"days":1}' })).toMatchObject({
      status: 501,
      json: refusal('NotImplemented', /cannot be moved/),
    });
  });
});

test('the health of the DICOM services is told', async () => {
  const clock = new ManualClock();
  await using deployed = await startTestEmulator({ clock });
  expect((await ask(deployed, 'GET /health')).json).toEqual({ dicomServices: [] });
  expect((await ask(deployed, 'GET /lifecycle/runs')).json).toEqual({ runs: [] });
  const { dicomServiceId, serviceRoleAssignmentId } = await provisionLake(deployed);
  await armOf(deployed).delete(serviceRoleAssignmentId, '2022-04-01');
  await clock.advance(30_000);
  expect((await ask(deployed, 'GET /health')).json).toMatchObject({
    dicomServices: [{ id: dicomServiceId, status: 'Degraded', code: 'AuthorizationPermissionMismatch' }],
  });
});

test('what it does not know it answers with what it knows', async () => {
  const expected = {
    status: 501,
    json: refusal('NotImplemented', /it has GET \/faults, .*GET \/inventory\/runs\.$/),
  };
  expect(await ask(emulator, 'PUT /faults')).toMatchObject(expected);
  expect(await ask(emulator, 'GET /lifecycle')).toMatchObject(expected);
});
