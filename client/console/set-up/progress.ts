import type { Finding } from '../../../worker/schema/reports/finding.ts';
import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import type { ShownIntegration } from '../ui/view.ts';

/** The state of a set-up. It is read again after each step, so that people can leave and continue later. */
export type Progress = {
  source: SourceView;
  hasEvents: boolean;
  integration: ShownIntegration | undefined;
  /** Whether there is a token that can send conversions, as far as LinkedIn has answered. */
  isConnected: boolean;
  /** Why the stored token can't send. */
  cannotSend: Finding | undefined;
  hasAccount: boolean;
  mappings: readonly MappingView[];
  isMapped: boolean;
  /** Whether the person has seen the required consent. */
  isConsentSeen: boolean;
  isTested: boolean;
};
