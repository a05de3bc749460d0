import { dicomToken, send, type DicomResponse } from '../../support/dicom-http';
import { startDicomService, type TestDicomService } from '../../support/dicom-service';
import { armOf } from '../../support/emulator';

const VIEWER = 'https://viewer.example.org';
const CORS = {
  origins: [VIEWER, 'https://other.example.org'],
  methods: ['GET', 'OPTIONS'],
  headers: ['authorization', 'accept'],
  maxAge: 600,
  allowCredentials: false,
};

let service: TestDicomService;
beforeAll(async () => {
  service = await startDicomService();
});
afterAll(() => service[Symbol.asyncDispose]());

async function configure(corsConfiguration: object): Promise<void> {
  const arm = armOf(service.emulator);
  const { dicomServiceId: id } = service.lake;
  const { properties, ...body } = await arm.get(id, '2024-03-31');
  await arm.put(id, '2024-03-31', { ...body, properties: { ...(properties as object), corsConfiguration } });
}

/** Asks as a browser does before a page of the origin may search; it sends no token. */
function preflight(origin: string): Promise<DicomResponse> {
  const headers = {
    Origin: origin,
    'Access-Control-Request-Method': 'GET',
    'Access-Control-Request-Headers': 'authorization',
  };
  return send(`${service.lake.serviceUrl}/v2/studies`, service.emulator.ca, { method: 'OPTIONS', headers });
}

function corsHeadersOf({ headers }: DicomResponse): object {
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => name.startsWith('access-control') || name === 'vary'),
  );
}

test('a browser is told what a page of a configured origin may send', async () => {
  await configure(CORS);
  const response = await preflight(VIEWER);
  expect(response).toMatchObject({ status: 204, text: '' });
  expect(corsHeadersOf(response)).toEqual({
    'access-control-allow-origin': VIEWER,
    'access-control-allow-methods': 'GET,OPTIONS',
    'access-control-allow-headers': 'authorization,accept',
    'access-control-max-age': '600',
    vary: 'Origin',
  });
});

test('a page of another origin is told nothing', async () => {
  await configure(CORS);
  const response = await preflight('https://viewer.example.com');
  expect(response.status).toBe(204);
  expect(corsHeadersOf(response)).toEqual({});
});

test('without a configuration the question is refused as any call without token is', async () => {
  await configure({});
  const response = await preflight(VIEWER);
  expect(response.status).toBe(401);
  expect(corsHeadersOf(response)).toEqual({});
});

test('answers are for pages of a configured origin, errors too', async () => {
  await configure({ ...CORS, origins: [VIEWER], allowCredentials: true });
  const token = await dicomToken(service.emulator, 'deployer');
  for (const [headers, status] of [
    [{ Authorization: `Bearer ${token}` }, 200],
    [{}, 401],
  ] as const) {
    const ask = (origin: string): Promise<DicomResponse> =>
      send(`${service.lake.serviceUrl}/v2/changefeed`, service.emulator.ca, {
        headers: { ...headers, Origin: origin },
      });
    const allowed = await ask(VIEWER);
    expect(allowed.status).toBe(status);
    expect(corsHeadersOf(allowed)).toEqual({
      'access-control-allow-origin': VIEWER,
      'access-control-allow-credentials': 'true',
    });
    const other = await ask('https://viewer.example.com');
    expect(other.status).toBe(status);
    expect(corsHeadersOf(other)).toEqual({});
  }
});

test('a star stands for every origin, header and method', async () => {
  await configure({ origins: ['*'], methods: ['*'], headers: ['*'] });
  expect(corsHeadersOf(await preflight('https://anywhere.example'))).toEqual({
    'access-control-allow-origin': '*',
    'access-control-allow-methods': 'GET',
    'access-control-allow-headers': 'authorization',
  });
});
