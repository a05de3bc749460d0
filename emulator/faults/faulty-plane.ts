import type { Handler } from '../http/exchange';
import type { FaultHooks, FaultyPlane } from './fault-hooks';

const READS = ['GET', 'HEAD', 'OPTIONS'];

/** The planes behind whatever faults stand before them; without faults they are themselves. */
export function behindFaults(
  hooks: FaultHooks,
  planes: Readonly<Record<FaultyPlane, Handler>>,
): Readonly<Record<FaultyPlane, Handler>> {
  const behind = (plane: FaultyPlane): Handler => faultyPlane(plane, planes[plane], hooks);
  return {
    arm: behind('arm'),
    entra: behind('entra'),
    storage: behind('storage'),
    dicom: behind('dicom'),
    logs: behind('logs'),
  };
}

function faultyPlane(plane: FaultyPlane, handler: Handler, hooks: FaultHooks): Handler {
  return async (request) => {
    const response = await hooks.handle(plane, request, handler);
    if (!READS.includes(request.method)) await hooks.settle();
    return response;
  };
}
