/**
 * Segment's LinkedIn destination from npm behind a plain HTTP server: it answers when LinkedIn has answered, and stores
 * nothing. Arguments: its port, LinkedIn's address, and the folder with an older fast-uri, because the newest refuses the
 * IDs that Segment gives its schemas.
 */
const http = require('node:http');
const { createRequire, registerHooks } = require('node:module');
const path = require('node:path');
const { json } = require('node:stream/consumers');

const [port, linkedInUrl, folder] = process.argv.slice(2);

const olderUri = createRequire(path.join(folder, 'package.json')).resolve('fast-uri');
registerHooks({ resolve: (name, context, next) => next(name === 'fast-uri' ? olderUri : name, context) });

const { Destination } = require('@segment/actions-core');
// The package doesn't export it.
const fetchModule = require(path.join(path.dirname(require.resolve('@segment/actions-core')), 'fetch.js'));
const linkedIn = require('@segment/action-destinations/dist/destinations/linkedin-conversions').default;

const agent = new http.Agent({ keepAlive: true, maxSockets: 64 });
const send = fetchModule.default;
const toLinkedIn = async (request) =>
  send(request.url.replace('https://api.linkedin.com', linkedInUrl), {
    method: request.method,
    headers: request.headers,
    body: await request.text(),
    agent,
  });
Object.defineProperty(fetchModule, 'default', { configurable: true, value: toLinkedIn });

const from = (field) => ({ '@path': field });
const settings = {
  oauth: { access_token: 'tok-ok', refresh_token: 'r' },
  subscriptions: [
    {
      name: 'Leads',
      enabled: true,
      partnerAction: 'streamConversion',
      subscribe: 'type = "track" and event = "Lead Generated"',
      mapping: {
        email: from('$.context.traits.email'),
        linkedInUUID: from('$.context.li_fat_id'),
        conversionHappenedAt: from('$.timestamp'),
        eventId: from('$.messageId'),
        conversionValue: { currencyCode: from('$.properties.currency'), amount: from('$.properties.value') },
        adAccountId: '123',
        onMappingSave: {
          inputs: {},
          outputs: { id: '987655', name: 'x', conversionType: 'LEAD', attribution_type: 'LAST_TOUCH_BY_CAMPAIGN' },
        },
      },
    },
  ],
};
const destination = new Destination(linkedIn);

async function answer(request, response) {
  try {
    for (const event of (await json(request)).batch) await destination.onEvent(event, settings);
    response.end('{"success":true}');
  } catch (error) {
    console.error(error);
    response.writeHead(500).end();
  }
}

http
  .createServer((request, response) => void answer(request, response))
  .listen(Number(port), '127.0.0.1', () => console.log('ready'));
