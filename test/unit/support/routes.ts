import { createApp } from '../../../worker/app.ts';
import { management } from '../../../worker/management.ts';

/** Every route of the Worker: the collector's, and those of the module that it loads for the management API. */
export function allRoutes(): { method: string; path: string }[] {
  return [...createApp().routes, ...management.routes];
}
