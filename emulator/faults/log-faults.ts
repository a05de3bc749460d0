import { jsonResponse } from '../http/json-response';
import { defineFault } from './fault-definition';

/** What goes wrong with the logs, while all that they tell of goes on. */
export const LOG_FAULTS = [
  defineFault({
    id: 'logs/not-arriving',
    title: 'the storage logs no longer arrive',
    effect: 'loses every row on its way to a Log Analytics workspace',
    symptoms: [{ seen: 'a query finds nothing of what was written since' }],
    parameters: {},
    inject: ({ hooks }) => hooks.loseLogs(),
  }),
  defineFault({
    id: 'logs/reading-refused',
    title: 'nobody may read the logs',
    effect: 'refuses every query of logs, as for whoever has no role on the resource',
    symptoms: [{ plane: 'logs', status: 403, code: 'InsufficientAccessError' }],
    parameters: {},
    inject: ({ hooks }) =>
      hooks.intercept('logs', () =>
        Promise.resolve(
          jsonResponse(403, {
            error: {
              message: 'The provided credentials have insufficient access to perform the requested operation',
              code: 'InsufficientAccessError',
            },
          }),
        ),
      ),
  }),
] as const;
