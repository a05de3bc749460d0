import * as fc from 'fast-check';
import { CORS_METHODS, DicomService, type DicomCors } from '../../constructs';
import { emptyStack, surroundings, unknownNumber, unknownString } from '../support/stack';
import { onlyResource, synth } from '../support/synth';

const ORIGIN = 'https://viewer.example.org';

function corsOf(cors: DicomCors, stack = emptyStack()): unknown {
  new DicomService(stack, 'Images', { ...surroundings(stack), dicomServiceName: 'images', cors });
  return onlyResource(synth(stack), 'azurerm_healthcare_dicom_service')['cors'];
}

test('with nothing but origins, their pages may find and retrieve with a token', () => {
  expect(corsOf({ origins: [ORIGIN] })).toEqual({
    allowed_origins: [ORIGIN],
    allowed_methods: ['GET', 'OPTIONS'],
    allowed_headers: ['authorization', 'accept', 'content-type'],
    max_age_in_seconds: 600,
    allow_credentials: false,
  });
});

test('every optional prop reaches the service', () => {
  expect(
    corsOf({
      origins: [ORIGIN, 'https://viewer.example.org:8443'],
      methods: CORS_METHODS,
      headers: ['x-viewer'],
      maxAgeSeconds: 0,
      credentials: true,
    }),
  ).toEqual({
    allowed_origins: [ORIGIN, 'https://viewer.example.org:8443'],
    allowed_methods: ['DELETE', 'GET', 'OPTIONS', 'PATCH', 'POST', 'PUT'],
    allowed_headers: ['x-viewer'],
    max_age_in_seconds: 0,
    allow_credentials: true,
  });
});

test('what only Terraform knows is left to Azure', () => {
  const stack = emptyStack();
  const cors = {
    origins: [unknownString(stack, 'origin')],
    methods: [unknownString(stack, 'method') as 'GET'],
    headers: [unknownString(stack, 'header')],
    maxAgeSeconds: unknownNumber(stack, 'age'),
  };
  expect(corsOf(cors, stack)).toMatchObject({
    allowed_origins: ['${var.origin}'],
    allowed_methods: ['${var.method}'],
    allowed_headers: ['${var.header}'],
    max_age_in_seconds: '${var.age}',
  });
});

test.each([
  ORIGIN,
  'https://viewer.example.org:8443',
  'https://10.0.0.4',
  'https://[2001:db8::1]',
  'https://xn--klnik-kva.example',
  'http://localhost',
  'http://localhost:3000',
  'http://127.0.0.1:3000',
])('takes the origin %s', (origin) => {
  expect(corsOf({ origins: [origin] })).toMatchObject({ allowed_origins: [origin] });
});

test.each([
  '*',
  'null',
  '',
  'viewer.example.org',
  'https://*.example.org',
  'https://viewer.example.org/',
  'https://viewer.example.org/ohif',
  'https://viewer.example.org?x',
  'https://viewer.example.org#x',
  'https://viewer.example.org:443',
  'https://Viewer.example.org',
  'https://klïnik.example',
  'https://nurse@viewer.example.org',
  ' https://viewer.example.org',
  'http://viewer.example.org',
  'http://localhost.example.org',
  'ftp://viewer.example.org',
])('fails on the origin %j, which no browser sends or nobody should trust', (origin) => {
  expect(() => corsOf({ origins: [origin] })).toThrow(
    new Error(
      "DicomServiceInvalid at test/Images: 'cors.origins' must hold https origins as browsers send them, such as " +
        `https://viewer.example.org, without a path and without *, got '${origin}'`,
    ),
  );
});

test('whatever the host and port, an origin is taken as browsers send it', () => {
  const port = fc.option(fc.integer({ min: 1, max: 65_535 }), { nil: undefined });
  fc.assert(
    fc.property(fc.domain(), port, (host, number) => {
      const { origin } = new URL(`https://${host}${number === undefined ? '' : `:${number}`}`);
      expect(corsOf({ origins: [origin] })).toMatchObject({ allowed_origins: [origin] });
    }),
    { numRuns: 50 },
  );
});

test('fails with all problems at once', () => {
  expect(() =>
    corsOf({ origins: ['*'], methods: ['HEAD' as 'GET', 'get' as 'GET'], maxAgeSeconds: 99_999 }),
  ).toThrow(
    new Error(
      [
        'DicomServiceInvalid at test/Images:',
        "- 'cors.origins' must hold https origins as browsers send them, such as https://viewer.example.org, without a " +
          "path and without *, got '*'",
        "- 'cors.methods' must hold methods of DELETE, GET, OPTIONS, PATCH, POST, PUT, got 'HEAD'",
        "- 'cors.methods' must hold methods of DELETE, GET, OPTIONS, PATCH, POST, PUT, got 'get'",
        "- 'cors.maxAgeSeconds' must be a whole number from 0 to 99998, got 99999",
      ].join('\n'),
    ),
  );
  expect(() => corsOf({ origins: [], methods: [] })).toThrow(
    new Error(
      [
        'DicomServiceInvalid at test/Images:',
        "- 'cors.origins' must name at least one origin, got none",
        "- 'cors.methods' must name at least one method, or be left out for GET and OPTIONS, got none",
      ].join('\n'),
    ),
  );
});
