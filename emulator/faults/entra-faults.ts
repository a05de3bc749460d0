import { jsonResponse } from '../http/json-response';
import { defineFault, type FaultDefinition, type FaultSymptom } from './fault-definition';
import { DICOMWEB_CHECKS } from './dicomweb-checks';
import { integer, text } from './fault-parameter';

const TOKEN_REFUSED: readonly FaultSymptom[] = [
  { plane: 'dicom', status: 401 },
  { plane: 'lake', status: 401 },
  { plane: 'arm', status: 401 },
];
const TEN_YEARS = 315_360_000;

/** What goes wrong with tokens and applications. */
export const ENTRA_FAULTS = [
  defineFault({
    id: 'entra/wrong-audience',
    title: 'tokens are meant for another service',
    effect: 'puts one audience into every new token, whatever was asked for',
    symptoms: TOKEN_REFUSED,
    blindsChecks: DICOMWEB_CHECKS,
    parameters: { audience: text('what the tokens say', 'https://graph.microsoft.com') },
    inject: ({ hooks }, { audience }) => hooks.giveTokensAudience(audience),
  }),
  defineFault({
    id: 'entra/clock-skewed',
    title: 'the clock that dates tokens is wrong',
    effect:
      'dates new tokens by a clock that is ahead, so that they are not valid yet; behind, they have expired',
    symptoms: TOKEN_REFUSED,
    blindsChecks: DICOMWEB_CHECKS,
    parameters: {
      seconds: integer('how far ahead the clock is; below 0 it is behind', 7_200, {
        minimum: -TEN_YEARS,
        maximum: TEN_YEARS,
      }),
    },
    inject: ({ hooks }, { seconds }) => hooks.skewTokenClock(seconds * 1000),
  }),
  tokenRefusal({
    id: 'entra/secret-expired',
    title: 'the secret of the application expired',
    status: 401,
    code: 'invalid_client',
    description:
      'AADSTS7000222: The provided client secret keys for the application are expired. Create new keys for your app.',
  }),
  tokenRefusal({
    id: 'entra/application-deleted',
    title: 'the application is gone from the tenant',
    status: 400,
    code: 'unauthorized_client',
    description: 'AADSTS700016: Application with the identifier was not found in the directory.',
  }),
] as const;

/** Every request for a token is refused in one way. */
function tokenRefusal<const Id extends string>(fault: {
  readonly id: Id;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly description: string;
}): FaultDefinition & { readonly id: Id } {
  const { id, title, status, code, description } = fault;
  return defineFault({
    id,
    title,
    effect: `answers every request for a token with ${status} ${code}`,
    symptoms: [{ plane: 'entra', status, code }],
    blindsChecks: DICOMWEB_CHECKS,
    parameters: {},
    inject: ({ hooks }) =>
      hooks.intercept('entra', (request, next) =>
        request.method === 'POST'
          ? Promise.resolve(
              jsonResponse(status, {
                error: code,
                error_description: description,
                error_codes: [Number(/AADSTS(\d+)/.exec(description)?.[1])],
              }),
            )
          : next(request),
      ),
  });
}
