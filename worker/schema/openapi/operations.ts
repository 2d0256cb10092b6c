import { ACCESS_OPERATIONS } from './access-operations.ts';
import { ALERT_OPERATIONS } from './alert-operations.ts';
import { COLLECTOR_OPERATIONS } from './collector-operations.ts';
import { INSTANCE_OPERATIONS } from './instance-operations.ts';
import { INTEGRATION_OPERATIONS } from './integration-operations.ts';
import { LINKEDIN_OPERATIONS } from './linkedin-operations.ts';
import type { Operation } from './operation.ts';
import { SOURCE_OPERATIONS } from './source-operations.ts';

/** All operations of the HTTP interface, in the order of the document. */
export const OPERATIONS: readonly Operation[] = [
  ...COLLECTOR_OPERATIONS,
  ...ACCESS_OPERATIONS,
  ...SOURCE_OPERATIONS,
  ...INTEGRATION_OPERATIONS,
  ...LINKEDIN_OPERATIONS,
  ...ALERT_OPERATIONS,
  ...INSTANCE_OPERATIONS,
];
