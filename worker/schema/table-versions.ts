/** The version of each object's tables in this release: the number of its migrations. A test compares them. */
export const TABLE_VERSIONS = { registry: 11, outbox: 25, tally: 1, refusals: 1, imports: 9, alerts: 4 };
