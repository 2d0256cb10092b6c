import { describe, expect, it } from 'vitest';

import { settingProblems } from '../../../worker/domain/setting-problems.ts';
import { KNOWN_VERSIONS } from '../../../worker/linkedin/versions.ts';

const pointers = (config: Parameters<typeof settingProblems>[0]) =>
  settingProblems(config, KNOWN_VERSIONS).map(({ pointer }) => pointer);

describe('the problems of the settings', () => {
  it.each(['202509', '202510', '202512', '202610', '202611', '202700', '202699', '209901', '201901'])(
    'include an unknown version %s, unless it is allowed explicitly',
    (version) => {
      expect(pointers({ linkedin_version: version })).toEqual(['/config/linkedin_version']);
      expect(pointers({ linkedin_version: version, allow_unknown_version: false })).toEqual([
        '/config/linkedin_version',
      ]);
      expect(pointers({ linkedin_version: version, allow_unknown_version: true })).toEqual([]);
    },
  );

  it.each([undefined, ...KNOWN_VERSIONS])("don't include version %s", (version) => {
    expect(pointers(version === undefined ? {} : { linkedin_version: version })).toEqual([]);
  });
});
