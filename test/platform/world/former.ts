/** The product of a former version: `start-platform.ts` takes this import from another version. */
export * from '../../../worker/index.ts';
export { default } from '../../../worker/index.ts';
