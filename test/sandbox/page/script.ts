/**
 * The script that updates the page. Data is only written as `textContent`. Existing items stay untouched, so that
 * nothing flickers and a selection survives.
 */
export const PAGE_SCRIPT = String.raw`
'use strict';
const SHOWN = 200;
const byId = (id) => document.getElementById(id);
const element = (tag, className, text) => {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
};
const timeOf = (iso) => {
  const node = element('time', '', new Date(iso).toLocaleTimeString('en-GB'));
  node.dateTime = iso;
  node.title = iso;
  return node;
};
const line = (...nodes) => {
  const node = element('div', 'line');
  node.append(...nodes);
  return node;
};

const counted = (count, noun) => count + ' ' + noun + (count === 1 ? '' : 's');

const eventItem = (event) => {
  const item = element('li');
  const rule = String(event.element.conversion).split(':').at(-1);
  item.append(line(
    element('strong', 'grow', 'Rule ' + rule + (event.element.eventId ? ' · ' + event.element.eventId : '')),
    element('span', 'dim', '#' + event.sequence + ', request ' + event.request_id),
    timeOf(event.received_at),
  ));
  if (event.discarded) item.append(element('p', 'note warn', 'Discarded: the Insight Tag sent the same eventId.'));
  for (const warning of event.warnings) item.append(element('p', 'note warn', 'Taken, but ' + warning));
  item.append(element('pre', '', JSON.stringify(event.element, null, 2)));
  return item;
};

const requestItem = (request) => {
  const item = element('li');
  const ok = request.status !== null && request.status < 400;
  item.append(line(
    element('span', ok ? 'good' : 'bad', request.status === null ? (request.fault || '…') : String(request.status)),
    element('span', 'grow', request.method + ' ' + request.path),
    timeOf(request.received_at),
  ));
  const about = [
    request.elements > 0 ? counted(request.elements, 'event') : '',
    request.restli_method || '',
    request.token || 'no token',
    request.version || 'no version',
  ];
  item.append(element('p', 'note dim', about.filter(Boolean).join(' · ')));
  if (request.fault && request.status !== null) item.append(element('p', 'note warn', 'Fault: ' + request.fault));
  if (request.message) item.append(element('p', 'note', request.message));
  return item;
};

// Keyed, newest first: inserts new items, removes missing ones, replaces changed ones.
const sync = (list, data, keyOf, itemOf) => {
  const wanted = data.toReversed().map((value) => [keyOf(value), value]);
  const keys = new Set(wanted.map(([key]) => key));
  for (const item of [...list.children]) if (!keys.has(item.dataset.key)) item.remove();
  let at = list.firstElementChild;
  for (const [key, value] of wanted) {
    if (at && at.dataset.key === key) { at = at.nextElementSibling; continue; }
    const item = itemOf(value);
    item.dataset.key = key;
    list.insertBefore(item, at);
  }
};

const read = async (path) => (await fetch(path + '?limit=' + SHOWN, { cache: 'no-store' })).json();
let before = '';
const refresh = async () => {
  try {
    const [events, requests] = await Promise.all([read('/_sandbox/events'), read('/_sandbox/requests')]);
    const now = JSON.stringify([events, requests]);
    if (now === before) return;
    before = now;
    byId('summary').textContent = counted(events.count, 'event') + ', ' + counted(requests.count, 'request');
    byId('events-empty').hidden = events.count > 0;
    byId('requests-empty').hidden = requests.count > 0;
    sync(byId('events'), events.data, (event) => event.received_at + event.sequence + event.discarded, eventItem);
    sync(byId('requests'), requests.data, (request) => request.received_at + request.request_id + request.status + request.fault, requestItem);
  } catch {
    before = '';
    byId('summary').textContent = 'The sandbox does not answer. Is it still running?';
  }
};
byId('clear').addEventListener('click', async () => {
  await fetch('/_sandbox/events', { method: 'DELETE' });
  await refresh();
});
byId('example').textContent = "curl " + location.origin + "/rest/conversionEvents \\\n"
  + "  -H 'Authorization: Bearer tok-ok' -H 'LinkedIn-Version: 202609' -H 'Content-Type: application/json' \\\n"
  + "  -d '{\"conversion\":\"urn:lla:llaPartnerConversion:1001\",\"conversionHappenedAt\":" + Date.now() + ",\n"
  + "       \"user\":{\"userIds\":[{\"idType\":\"LINKEDIN_FIRST_PARTY_ADS_TRACKING_UUID\",\"idValue\":\"click-1\"}]}}'";
const loop = async () => {
  if (!document.hidden) await refresh();
  setTimeout(loop, 1000);
};
loop();
document.addEventListener('visibilitychange', refresh);
`;
