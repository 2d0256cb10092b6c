import type { AlertType, AlertWords, ToldIncident } from './alert-words.ts';

/** The content of a message: an incident, or only text (a test or a digest). */
export type Alert = {
  id: string;
  atMs: number;
  type: AlertType | 'test' | 'digest';
  words: AlertWords;
  incident: ToldIncident | undefined;
};

/** The body of a webhook's request. Later releases may add fields, but never remove one. */
export function webhookBody({ type, atMs, words, incident }: Alert): string {
  const { title, lines, link } = words;
  const data =
    incident === undefined
      ? { title, lines, link: link ?? null }
      : { ...incident, title: incident.title, lines, link: link ?? incident.link };
  return JSON.stringify({ type, timestamp: new Date(atMs).toISOString(), data });
}

/** Slack's incoming webhooks, which Mattermost, Discord (`/slack`) and others accept too. */
export function slackBody({ words: { title, lines, link } }: Alert): string {
  const text = [`*${slackText(title)}*`, ...lines.map(slackText), ...(link === undefined ? [] : [`<${link}|Open>`])];
  return JSON.stringify({ text: text.join('\n') });
}

/** https://docs.slack.dev/messaging/formatting-message-text: these three start mentions, links and entities. */
function slackText(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

export function emailOf({ words: { title, lines, link } }: Alert): { subject: string; text: string } {
  return {
    // A line break would start another header.
    subject: `Directflight: ${title}`.replaceAll(/\s+/g, ' ').slice(0, 200),
    text: [title, '', ...lines, ...(link === undefined ? [] : ['', link]), ''].join('\n'),
  };
}

/**
 * PagerDuty's Events API v2. The incident's ID is the key by which PagerDuty recognises a message that is sent twice.
 *
 * https://developer.pagerduty.com/docs/events-api-v2/trigger-events (read 2026-11)
 */
export function pagerDutyBody({ type, atMs, words, incident, id }: Alert, routingKey: string): string {
  const isOver = type === 'incident.closed';
  return JSON.stringify({
    routing_key: routingKey,
    event_action: isOver ? 'resolve' : 'trigger',
    dedup_key: incident?.id ?? id,
    ...(!isOver && {
      payload: {
        summary: `${words.title} (${words.lines[0] ?? ''})`.slice(0, 1_024),
        source: 'directflight',
        severity: incident?.severity ?? 'info',
        timestamp: new Date(atMs).toISOString(),
        custom_details: { text: words.lines.join('\n') },
      },
      ...(words.link !== undefined && { links: [{ href: words.link, text: 'Open Directflight' }] }),
    }),
  });
}
