import type { Finding } from '../../../worker/schema/reports/finding.ts';
import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import type { ShownIntegration } from '../ui/view.ts';

/** The state of a set-up. It is read again after each step, so that people can leave and continue later. */
export type Progress = {
  source: SourceView;
  /** Whether the site has sent an event, and whether bots or examples of the console have. */
  hasEvents: boolean;
  hasOtherEvents: boolean;
  /** The currency that most of its latest conversions have. */
  currency: string | undefined;
  integration: ShownIntegration | undefined;
  /** Whether there is a token that can send conversions, as far as LinkedIn has answered. */
  isConnected: boolean;
  /** Why the stored token can't send. */
  cannotSend: Finding | undefined;
  /** When LinkedIn was asked about the token. Undefined if it didn't answer, or if there is no token. */
  checkedAt: string | undefined;
  hasAccount: boolean;
  mappings: readonly MappingView[];
  isMapped: boolean;
  /** Whether the person has seen the required consent. */
  isConsentSeen: boolean;
  isTested: boolean;
};
