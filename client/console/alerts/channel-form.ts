import type { AlertChannelView, ChannelType } from '../../../worker/schema/alerts/alert-channel.ts';
import type { FieldProblem } from '../../../worker/schema/problem.ts';
import type { SourceView } from '../../../worker/schema/settings/source.ts';
import { api, ApiProblem } from '../app/api.ts';
import { shapeOf } from '../app/response-shape.ts';
import { browserZone } from '../app/time-zone.ts';
import { texts } from '../texts.ts';
import { openDialog } from '../ui/dialog.ts';
import { checkbox, Form, input, nextId, select } from '../ui/form.ts';
import { fill, h } from '../ui/h.ts';
import { saveChannel, type ReadChannel } from './save-channel.ts';

const t = texts.alerts;
const TYPES = ['slack', 'email', 'pagerduty', 'webhook', 'heartbeat'] as const;
const MADE = shapeOf<{ id: string; name: string; secret?: string }>({ id: '', name: '' });

type Saved = { id: string; name: string; secret?: string };

/** Shows the form for a new channel, or for an existing one, and saves it. Returns undefined if the person cancels. */
export function askForChannel(sources: readonly SourceView[], known?: ReadChannel): Promise<Saved | undefined> {
  const channel = known?.channel;
  return new Promise((resolve) => {
    const fields = new ChannelFields(sources, channel);
    const form = new Form({
      submit: channel === undefined ? t.create : texts.save,
      role: 'owner',
      onSubmit: async () => {
        const { address, ...settings } = fields.values();
        if (known === undefined) resolve(await create({ ...settings, ...address }, fields.type()));
        else {
          await saveChannel(known, { ...settings, ...(address && { address }) }, sources);
          resolve({ id: known.channel.id, name: known.channel.name });
        }
        dialog.close();
      },
      extra: [h('button', { type: 'button', onclick: () => dialog.close() }, texts.cancel)],
    });
    fields.addTo(form);
    const dialog = openDialog({
      title: channel === undefined ? t.addTitle : t.changeTitle(channel.name),
      content: [form.element],
      onClose: () => resolve(undefined),
    });
  });
}

/** The status of the answer when e-mail is not set up for the Worker. */
const NOT_SET_UP = 409;

async function create(body: object, type: ChannelType): Promise<Saved> {
  try {
    return await api(MADE, '/alert-channels', { body });
  } catch (error) {
    const isNoEmail = error instanceof ApiProblem && error.status === NOT_SET_UP && type === 'email';
    throw isNoEmail ? new ApiProblem({ status: error.status, ...t.noEmail }) : error;
  }
}

/** The fields of a channel. Which ones show depends on its type. */
class ChannelFields {
  readonly #channel: AlertChannelView | undefined;
  readonly #boxes: readonly { id: string; name: string; box: HTMLInputElement }[];
  readonly #type: HTMLSelectElement;
  readonly #name: HTMLInputElement;
  readonly #url = input({ type: 'url' });
  readonly #key = input({});
  readonly #to = input({ type: 'email' });
  readonly #from = input({ type: 'email' });
  readonly #which: HTMLSelectElement;
  readonly #severity: HTMLSelectElement;
  readonly #digest: HTMLSelectElement;
  readonly #isQuiet: HTMLInputElement;
  readonly #quietFrom: HTMLInputElement;
  readonly #quietTo: HTMLInputElement;
  readonly #quietCritical: HTMLInputElement;
  readonly #zone: HTMLInputElement;
  readonly #isOn: HTMLInputElement;

  constructor(sources: readonly SourceView[], channel: AlertChannelView | undefined) {
    this.#channel = channel;
    this.#type = select(
      TYPES.map((type) => [type, t.types[type]] as const),
      channel?.type ?? 'slack',
    );
    this.#name = input({ value: channel?.name ?? '', maxlength: 200 });
    const ids = channel?.source_ids ?? null;
    this.#which = select(
      [
        ['all', t.allSites],
        ['some', t.someSites],
      ],
      ids === null ? 'all' : 'some',
    );
    this.#boxes = sources.map(({ id, name }) => ({ id, name, box: checkbox(ids?.includes(id) === true) }));
    this.#severity = select(Object.entries(t.minimums), channel?.min_severity ?? 'warning');
    this.#digest = select(Object.entries(t.digests), channel?.digest ?? 'none');
    const quiet = channel?.quiet_hours ?? null;
    this.#isQuiet = checkbox(quiet !== null);
    this.#quietFrom = input({ type: 'time', value: quiet?.from ?? '22:00' });
    this.#quietTo = input({ type: 'time', value: quiet?.to ?? '07:00' });
    this.#quietCritical = checkbox(quiet?.critical_too === true);
    this.#zone = input({ value: channel?.time_zone ?? browserZone() });
    this.#isOn = checkbox(channel?.enabled ?? true);
  }

  type(): ChannelType {
    return TYPES.find((type) => type === this.#type.value) ?? 'webhook';
  }

  addTo(form: Form): void {
    const isNew = this.#channel === undefined;
    const keep = this.#channel === undefined ? undefined : t.keep(this.#channel.address);
    const typeHint = h('p', { class: 'hint' });
    const urlHint = h('p', { class: 'hint' });
    const url = form.field(t.address, this.#url, { pointer: '/url' });
    url.append(urlHint);
    const key = form.field(t.routingKey, this.#key, { pointer: '/routing_key', hint: keep ?? t.routingKeyHint });
    const email = h(
      'div',
      { class: 'pair' },
      form.field(t.to, this.#to, { pointer: '/to', hint: keep ?? t.toHint }),
      form.field(t.sender, this.#from, { pointer: '/from', hint: keep ?? t.senderHint }),
    );
    const sites = this.#sites(form);
    const which = form.field(t.which, this.#which, { pointer: '/which' });
    const severity = form.field(t.severity, this.#severity, { pointer: '/min_severity' });
    const quiet = this.#quietHours(form);
    const digest = form.field(t.digest, this.#digest, { pointer: '/digest', hint: t.digestHint });
    const zone = form.field(t.zone, this.#zone, { pointer: '/time_zone', hint: t.zoneHint });
    const show = (): void => {
      const type = this.type();
      const isTold = type !== 'heartbeat';
      fill(typeHint, t.typeHints[type]);
      fill(urlHint, keep ?? (type === 'pagerduty' ? t.otherUrlHint : type === 'email' ? '' : t.addressHints[type]));
      url.hidden = type === 'email';
      key.hidden = type !== 'pagerduty';
      email.hidden = type !== 'email';
      for (const part of [which, severity, quiet.whole]) part.hidden = !isTold;
      sites.hidden = !isTold || this.#which.value === 'all';
      quiet.times.hidden = !this.#isQuiet.checked;
      digest.hidden = !this.#hasDigest();
      zone.hidden = !isTold || (!this.#isQuiet.checked && (digest.hidden || this.#digest.value === 'none'));
    };
    for (const control of [this.#type, this.#which, this.#isQuiet, this.#digest])
      control.addEventListener('change', show);
    const type = form.field(t.type, this.#type, { pointer: '/type' });
    type.append(typeHint);
    this.#type.disabled = !isNew;
    form.add(
      type,
      form.field(t.name, this.#name, { pointer: '/name', hint: t.nameHint }),
      key,
      url,
      email,
      which,
      sites,
      severity,
      quiet.whole,
      digest,
      zone,
      !isNew && form.field(t.enabled, this.#isOn, { pointer: '/enabled' }),
    );
    show();
  }

  /**
   * Returns the body of the request, and separately the parts of a new address. @throws ApiProblem if something is
   * missing.
   */
  values(): Record<string, unknown> & { address?: object } {
    const type = this.type();
    const ids = this.#boxes.filter(({ box }) => box.checked).map(({ id }) => id);
    const isSome = this.#which.value === 'some' && type !== 'heartbeat';
    const isQuiet = this.#isQuiet.checked && type !== 'heartbeat';
    const given = this.#addresses().flatMap(([name, text]) => (text === '' ? [] : [[name, text]]));
    const times = { from: this.#quietFrom.value, to: this.#quietTo.value };
    this.#refuse([
      ...(this.#name.value.trim() === '' ? [{ pointer: '/name', detail: t.missing.name }] : []),
      ...(this.#channel === undefined ? this.#missing() : []),
      ...(isSome && ids.length === 0 ? [{ pointer: '/source_ids', detail: t.missing.source_ids }] : []),
      ...(isQuiet && (times.from === '' || times.to === '')
        ? [{ pointer: '/quiet_hours', detail: t.missing.quiet }]
        : []),
    ]);
    return {
      ...(this.#channel === undefined ? { type } : { enabled: this.#isOn.checked }),
      name: this.#name.value,
      ...(given.length > 0 && { address: Object.fromEntries(given) }),
      source_ids: isSome ? ids : null,
      min_severity: this.#severity.value,
      quiet_hours: isQuiet ? { ...times, critical_too: this.#quietCritical.checked } : null,
      time_zone: this.#zone.value.trim() === '' ? 'UTC' : this.#zone.value.trim(),
      digest: this.#hasDigest() ? this.#digest.value : 'none',
    };
  }

  /** A digest is text for people, so not every type of channel can have one. */
  #hasDigest(): boolean {
    return this.type() !== 'heartbeat' && this.type() !== 'pagerduty';
  }

  /** The parts of the address that the type has. */
  #addresses(): (readonly ['url' | 'routing_key' | 'to' | 'from', string])[] {
    const url = ['url', this.#url.value.trim()] as const;
    switch (this.type()) {
      case 'email':
        return [['to', this.#to.value.trim()] as const, ['from', this.#from.value.trim()] as const];
      case 'pagerduty':
        return [['routing_key', this.#key.value.trim()] as const, url];
      case 'slack':
      case 'webhook':
      case 'heartbeat':
        return [url];
    }
  }

  #missing(): FieldProblem[] {
    return this.#addresses()
      .filter(([name, text]) => text === '' && !(name === 'url' && this.type() === 'pagerduty'))
      .map(([name]) => ({ pointer: `/${name}`, detail: t.missing[name] }));
  }

  #refuse(errors: FieldProblem[]): void {
    if (errors.length > 0) throw new ApiProblem({ status: 400, title: t.incomplete, detail: t.incomplete, errors });
  }

  #sites(form: Form): HTMLElement {
    const message = h('p', { class: 'field-problem' });
    const [first] = this.#boxes;
    if (first !== undefined) form.watch(() => '/source_ids', first.box, message);
    return h(
      'fieldset',
      { class: 'accounts' },
      h('legend', { class: 'unseen' }, t.someSites),
      ...this.#boxes.map(({ name, box }) => {
        box.id = nextId('site');
        return h('div', { class: 'field check' }, box, h('label', { for: box.id }, name));
      }),
      message,
    );
  }

  #quietHours(form: Form): { whole: HTMLElement; times: HTMLElement } {
    const times = h(
      'div',
      { class: 'stack' },
      h(
        'div',
        { class: 'pair' },
        form.field(t.quietFrom, this.#quietFrom, { pointer: '/quiet_hours' }),
        form.field(t.quietTo, this.#quietTo, { pointer: '/quiet_hours/to' }),
      ),
      form.field(t.quietCritical, this.#quietCritical, { pointer: '/quiet_hours/critical_too' }),
    );
    const on = form.field(t.quietOn, this.#isQuiet, { pointer: '/quiet', hint: t.quietHint });
    return { whole: h('div', { class: 'stack' }, on, times), times };
  }
}
