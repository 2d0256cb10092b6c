import { snippet } from '../../client/tag/snippet.ts';
import { makeCertificate } from './certificate.ts';
import type { Engine, Tab } from './engine.ts';
import type { EngineUnderTest } from './engines.ts';
import { startRecordingCollector, type RecordingCollector } from './recording-collector.ts';
import { openSlowRoad, type SlowRoad } from './slow-proxy.ts';

interface EngineVisit {
  /** Default: `/`. */
  readonly path?: string;
  /** Replaces the snippet. */
  readonly head?: string;
  /** The script element's other attributes. */
  readonly attributes?: string;
  readonly body?: string;
}

/** A shop over https, in any of the engines. */
export interface EngineShop {
  readonly collector: RecordingCollector;
  /** The same collector, 150 ms away in each direction. */
  readonly slowRoad: SlowRoad;
  visit(visit?: EngineVisit): Promise<Tab>;
  /** Opens a page of the collector unchanged. */
  openAt(path: string): Promise<Tab>;
  /** Opens a tab without a page, and so without a history: a page in it may close it. */
  openBlank(): Promise<Tab>;
  url(path?: string): string;
  clear(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Records in the page what it threw, rejected or logged: one way for every engine. It runs before all other scripts,
 * and has a nonce for the strictest page.
 */
const WITNESS = `<script nonce="n">
  window.complaints = [];
  for (const name of ['error', 'warn', 'log', 'info', 'debug'])
    console[name] = (...words) => complaints.push(name + ': ' + words.join(' '));
  addEventListener('error', (event) => complaints.push('thrown: ' + event.message), true);
  addEventListener('unhandledrejection', (event) => complaints.push('unhandled: ' + event.reason));
  addEventListener('securitypolicyviolation', (event) => complaints.push('policy: ' + event.violatedDirective));
  // Runs once the page is loaded. The page repairs itself before the test continues, because WebKit's driver uses it.
  window.isDone = false;
  window.atLoad = ((listen, later) => (act, fix) =>
    listen('load', () => later(() => {
      try { act() } catch (error) { complaints.push('thrown: ' + error) }
      later(() => { fix(); window.isDone = true }, 250);
    })))(addEventListener.bind(window), setTimeout.bind(window));
</script>`;

/**
 * Opens a shop in an engine.
 *
 * @param keepsTab True for tests that don't close their tab: each visitor gets the tab of the one before, without its
 * cookies, and a shop on another port, where requests of the former page don't arrive.
 */
export async function openEngineShop(
  engineUnderTest: EngineUnderTest,
  { keepsTab = false }: { keepsTab?: boolean } = {},
): Promise<EngineShop> {
  const certificate = makeCertificate();
  const [firstCollector, engine]: [RecordingCollector, Engine] = await Promise.all([
    startRecordingCollector(certificate),
    engineUnderTest.start(),
  ]);
  let collector = firstCollector;
  const slowRoad = await openSlowRoad({ to: () => collector.port, delayMs: 150 });
  const url = (path = '/') => `https://localhost:${collector.port}${path}`;
  return {
    get collector() {
      return collector;
    },
    slowRoad,
    url,
    async visit({ path = '/', head = tag(), attributes = '', body = '' } = {}) {
      const [pathname = '/'] = path.split(/[?#]/);
      const withAttributes = head.replace('data-write-key=', `${attributes} data-write-key=`);
      collector.pages.set(pathname, `<!doctype html><title>Shop</title>${WITNESS}${withAttributes}<body>${body}`);
      return engine.open(url(path));
    },
    openAt: async (path) => engine.open(url(path)),
    openBlank: async () => engine.open('about:blank'),
    async clear() {
      const former = collector;
      if (keepsTab) collector = await startRecordingCollector(certificate);
      collector.pages.set('/empty', '<title>Empty</title>');
      await engine.clear({ emptyPage: url('/empty'), keepsTab });
      if (keepsTab) await former.close();
      collector.clear();
    },
    async close() {
      await engine.close();
      await slowRoad.close();
      await collector.close();
    },
  };
}

/** The snippet as a customer would paste it. */
export const tag = (src = '/_df/df.js') => snippet({ src, writeKey: 'wk_test' });
