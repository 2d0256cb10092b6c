import { AuditQuery, TokensQuery } from '../queries.ts';
import { listOf, ref } from './operation.ts';
import type { Operation } from './operation.ts';

/** The operations for access to the management API and for the audit log. */
export const ACCESS_OPERATIONS: readonly Operation[] = [
  {
    method: 'get',
    path: '/v1/admin/session',
    summary: 'Returns the identity and permissions of the caller',
    role: 'viewer',
    answer: { status: 200, description: 'The identity and permissions', schema: ref('Session') },
  },
  {
    method: 'post',
    path: '/v1/admin/session',
    summary: 'Signs in to the console: exchanges a Bearer token for a cookie that no script can read',
    role: 'viewer',
    answer: { status: 201, description: 'The caller; the session is in `Set-Cookie`', schema: ref('Session') },
    problems: ['forbidden'],
  },
  {
    method: 'delete',
    path: '/v1/admin/session',
    summary: 'Signs out',
    role: 'viewer',
    answer: { status: 204, description: 'The session has ended' },
  },
  {
    method: 'get',
    path: '/v1/admin/tokens',
    summary: 'Lists access tokens, without the tokens themselves',
    answer: { status: 200, description: 'A page of tokens', schema: listOf('AccessToken') },
    query: TokensQuery,
  },
  {
    method: 'post',
    path: '/v1/admin/tokens',
    summary: 'Creates a token and shows it once',
    body: 'AccessTokenCreate',
    answer: { status: 201, description: 'The token', schema: ref('MadeAccessToken') },
  },
  {
    method: 'delete',
    path: '/v1/admin/tokens/{id}',
    summary: 'Revokes a token at once, and ends its sessions',
    answer: { status: 204, description: 'Revoked' },
  },
  {
    method: 'get',
    path: '/v1/admin/audit-log',
    summary: 'Lists who changed what, the newest first',
    answer: { status: 200, description: 'A page of changes', schema: listOf('AuditEntry') },
    query: AuditQuery,
  },
];
