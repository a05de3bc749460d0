import type { Clock } from '../clock';
import type { SendHttp } from './http';

/** One request and what became of it. */
export interface RecordedCall {
  readonly plane: 'dicom';
  /** Without the identifiers of the URL, such as `WADO-RS GET instance`. */
  readonly operation: string;
  readonly status: number;
  /** Since the beginning of the run. */
  readonly startedMs: number;
  readonly durationMs: number;
}

/** Notes every answered request with its time. */
export function recordingSender(send: SendHttp, clock: Clock, calls: RecordedCall[]): SendHttp {
  const start = clock.now();
  return async (call) => {
    const startedAt = clock.now();
    const answer = await send(call);
    calls.push({
      plane: 'dicom',
      operation: call.operation ?? call.method,
      status: answer.status,
      startedMs: startedAt - start,
      durationMs: clock.now() - startedAt,
    });
    return answer;
  };
}
