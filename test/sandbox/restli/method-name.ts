import type { Call } from '../call.ts';

/** Returns the HTTP method for a Rest.li method. */
export function httpVerbOf(method: string): string {
  if (method === 'GET' || method === 'GET_ALL' || method === 'BATCH_GET' || method.startsWith('FINDER-')) return 'GET';
  if (method === 'UPDATE' || method === 'BATCH_UPDATE') return 'PUT';
  if (method === 'DELETE' || method === 'BATCH_DELETE') return 'DELETE';
  return 'POST';
}

/**
 * Returns the Rest.li method of a call, by Rest.li's rules: from the HTTP method, the header, and whether there is a
 * key, a list of `ids` or the name of a finder.
 */
export function restliMethodName(call: Call, params: ReadonlyMap<string, string>, hasKey: boolean): string {
  const header = call.headers['x-restli-method']?.toUpperCase();
  const byUrl = (one: string, batch: string, none: string): string => {
    if (hasKey) return one;
    return params.has('ids') ? batch : none;
  };
  switch (call.method) {
    case 'GET':
      return params.has('q') ? `FINDER-${params.get('q')}` : byUrl('GET', 'BATCH_GET', 'GET_ALL');
    case 'PUT':
      return header ?? byUrl('UPDATE', 'BATCH_UPDATE', 'UPDATE');
    case 'DELETE':
      return header ?? byUrl('DELETE', 'BATCH_DELETE', 'DELETE');
    default:
      return header ?? (hasKey ? 'ACTION' : 'CREATE');
  }
}
