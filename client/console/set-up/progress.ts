import type { MappingView } from '../../../worker/schema/settings/mapping.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import type { ShownIntegration } from '../ui/view.ts';

/** What is there of a set-up: read anew after each step, so that it can be left and taken up again. */
export type Progress = {
  source: SourceView;
  hasEvents: boolean;
  integration: ShownIntegration | undefined;
  isConnected: boolean;
  hasAccount: boolean;
  mappings: readonly MappingView[];
  isMapped: boolean;
  /** Somebody has looked at what consent is asked for. */
  isConsentSeen: boolean;
  isTested: boolean;
};
