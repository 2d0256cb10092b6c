/** A template's permission, as `___WEB_PERMISSIONS___` writes it. */
export interface Permission {
  readonly instance: {
    readonly key: { readonly publicId: string; readonly versionId: string };
    readonly param: readonly { readonly key: string; readonly value: PermissionValue }[];
  };
}

interface PermissionValue {
  readonly type: number;
  readonly string?: string;
  readonly boolean?: boolean;
  readonly listItem?: readonly PermissionValue[];
  readonly mapKey?: readonly PermissionValue[];
  readonly mapValue?: readonly PermissionValue[];
}

/** A template file of Google Tag Manager. */
export interface Template {
  readonly sections: readonly string[];
  readonly info: Readonly<Record<string, unknown>>;
  readonly parameters: readonly Readonly<Record<string, unknown>>[];
  readonly code: string;
  readonly permissions: readonly Permission[];
}

export function parseTemplate(text: string): Template {
  const parts = text.split(/^___([A-Z_]+)___$/m).slice(1);
  const sections = parts.filter((_, i) => i % 2 === 0);
  const textOf = (name: string) => parts[parts.indexOf(name) + 1] ?? '';
  return {
    sections,
    info: JSON.parse(textOf('INFO')),
    parameters: JSON.parse(textOf('TEMPLATE_PARAMETERS')),
    code: textOf('SANDBOXED_JS_FOR_WEB_TEMPLATE'),
    permissions: JSON.parse(textOf('WEB_PERMISSIONS')),
  };
}

/**
 * The permission that each API needs, if any.
 * https://developers.google.com/tag-platform/tag-manager/templates/permissions (read 2026-11)
 */
export const PERMISSION_OF: Readonly<Record<string, string>> = {
  addConsentListener: 'access_consent',
  callInWindow: 'access_globals',
  copyFromDataLayer: 'read_data_layer',
  copyFromWindow: 'access_globals',
  createArgumentsQueue: 'access_globals',
  getUrl: 'get_url',
  injectScript: 'inject_script',
  isConsentGranted: 'access_consent',
  templateStorage: 'access_template_storage',
};

interface TagRun {
  /** Undefined while its script is loading. */
  outcome?: 'success' | 'failure';
}

export interface GtmSandbox {
  /** Fires a tag of the template with these fields. */
  fire(fields: Readonly<Record<string, unknown>>): TagRun;
  /** Changes Consent Mode's state, one type after the other, as a banner's `gtag('consent', 'update', …)` does. */
  updateConsent(state: Readonly<Record<string, boolean>>): void;
}

declare global {
  interface Window {
    gtm: GtmSandbox;
    dataLayer?: readonly Readonly<Record<string, unknown>>[];
  }
}

/**
 * Stands for Tag Manager in a page: runs a template's code with the APIs that it names, and nothing else.
 *
 * Like Tag Manager, it copies values between page and template, refuses APIs without a permission, and lets a queue be
 * a function with an array behind it. It runs in the page, so it can't use anything from this file. Written from
 * Google's API reference (https://developers.google.com/tag-platform/tag-manager/templates/api, read 2026-11).
 *
 * @param consent Consent Mode's initial state. A type that isn't in it counts as granted.
 */
export function gtmSandbox(
  code: string,
  permissions: readonly Permission[],
  consent: Record<string, boolean>,
): GtmSandbox {
  const listeners: { type: string; listener: (type: string, granted: boolean) => void }[] = [];
  const injected = new Map<string, Promise<boolean>>();
  const storage = new Map<string, unknown>();

  const values = (publicId: string, key: string): readonly PermissionValue[] => {
    const permission = permissions.find(({ instance }) => instance.key.publicId === publicId);
    if (permission === undefined) throw new Error(`No permission ${publicId}`);
    const value = permission.instance.param.find((param) => param.key === key)?.value;
    return value?.listItem ?? (value === undefined ? [] : [value]);
  };
  const rows = (publicId: string, key: string) =>
    values(publicId, key).map(({ mapKey = [], mapValue = [] }) =>
      Object.fromEntries(mapKey.map((name, i) => [name.string ?? '', mapValue[i]?.string ?? mapValue[i]?.boolean])),
    );
  const askGlobal = (path: string, ...rights: readonly ('read' | 'write' | 'execute')[]) => {
    const row = rows('access_globals', 'keys').find(({ key }) => key === path);
    if (!rights.every((right) => row?.[right] === true)) throw new Error(`Prohibited ${rights.join('')} on ${path}`);
  };
  const askConsent = (type: string) => {
    const row = rows('access_consent', 'consentTypes').find(({ consentType }) => consentType === type);
    if (row?.['read'] !== true) throw new Error(`Prohibited read on consent type ${type}`);
  };

  const lookUp = (path: string): { holder: unknown; value: unknown } =>
    path.split('.').reduce<{ holder: unknown; value: unknown }>(
      ({ value }, name) => ({
        holder: value,
        value: value === undefined ? undefined : Reflect.get(Object(value), name),
      }),
      { holder: undefined, value: window },
    );
  /** Copies a value between page and template; a function stays callable. */
  const copy = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(copy);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, copy(part)]));
  };
  const matches = (pattern: string, url: string) => {
    const [, host = '', path = ''] = /^https:\/\/([^/]+)(\/.*)$/.exec(pattern) ?? [];
    const asRegExp = (text: string) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`).replaceAll('*', '.*');
    return new RegExp(`^https://${asRegExp(host)}${asRegExp(path)}$`).test(url);
  };

  const apis: Record<string, unknown> = {
    addConsentListener(type: string, listener: (type: string, granted: boolean) => void) {
      askConsent(type);
      listeners.push({ type, listener });
    },
    callInWindow(path: string, ...args: unknown[]) {
      askGlobal(path, 'execute');
      const { holder, value } = lookUp(path);
      return typeof value === 'function' ? copy(Reflect.apply(value, holder, args.map(copy))) : undefined;
    },
    copyFromDataLayer(key: string) {
      if (!values('read_data_layer', 'keyPatterns').some((pattern) => pattern.string === key))
        throw new Error(`Prohibited read of ${key} in the data layer`);
      return copy((window.dataLayer ?? []).findLast((entry) => key in entry)?.[key]);
    },
    copyFromWindow(path: string) {
      askGlobal(path, 'read');
      return copy(lookUp(path).value);
    },
    createArgumentsQueue(functionPath: string, arrayPath: string) {
      askGlobal(functionPath, 'read', 'write');
      askGlobal(arrayPath, 'read', 'write');
      const name = arrayPath.slice(functionPath.length + 1);
      if (lookUp(functionPath).value === undefined) {
        const queue = function queue(..._args: unknown[]) {
          // oxlint-disable-next-line prefer-rest-params -- the page gets an Arguments object, not an array
          Reflect.get(Object(lookUp(arrayPath).value), 'push').call(lookUp(arrayPath).value, arguments);
        };
        Reflect.set(window, functionPath, Object.assign(queue, { [name]: [] }));
      }
      const target = lookUp(functionPath).value;
      return (...args: unknown[]) =>
        typeof target === 'function' ? Reflect.apply(target, window, args.map(copy)) : undefined;
    },
    getTimestampMillis: () => Date.now(),
    getType: (value: unknown) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value),
    getUrl(component?: string) {
      if (values('get_url', 'urlParts')[0]?.string !== 'any') throw new Error('Prohibited read of the address');
      return component === undefined ? location.href : Reflect.get(location, component);
    },
    injectScript(url: string, onSuccess: () => void, onFailure: () => void, cacheToken: string = url) {
      if (!values('inject_script', 'urls').some((pattern) => matches(pattern.string ?? '', url)))
        throw new Error(`Prohibited script ${url}`);
      const loading =
        injected.get(cacheToken) ??
        new Promise<boolean>((resolve) => {
          const script = document.createElement('script');
          script.async = true;
          script.src = url;
          script.addEventListener('load', () => resolve(true));
          script.addEventListener('error', () => resolve(false));
          document.head.append(script);
        });
      injected.set(cacheToken, loading);
      void loading.then((isLoaded) => (isLoaded ? onSuccess() : onFailure()));
    },
    isConsentGranted(type: string) {
      askConsent(type);
      return consent[type] !== false;
    },
    makeString: String,
    makeTableMap: (table: readonly Record<string, unknown>[], keyColumn: string, valueColumn: string) =>
      table.length === 0
        ? null
        : Object.fromEntries(table.map((row) => [String(row[keyColumn]), copy(row[valueColumn])])),
    templateStorage: {
      getItem(key: string) {
        values('access_template_storage', '');
        return storage.get(key) ?? null;
      },
      setItem: (key: string, value: unknown) => void storage.set(key, value),
    },
  };

  const requireApi = (name: string): unknown => {
    if (!(name in apis)) throw new Error(`There is no API ${name}`);
    return apis[name];
  };
  // A template can't use the page's globals.
  const hidden = ['window', 'document', 'location', 'self', 'globalThis', 'console', 'fetch', 'setTimeout', '_df'];
  // oxlint-disable-next-line no-new-func, no-implied-eval -- running a template's text is what this is for
  const run = new Function('require', 'data', ...hidden, `'use strict';${code}`);
  return {
    fire(fields) {
      const outcome: TagRun = {};
      run(requireApi, {
        ...fields,
        gtmOnSuccess: () => (outcome.outcome = 'success'),
        gtmOnFailure: () => (outcome.outcome = 'failure'),
      });
      return outcome;
    },
    updateConsent(state) {
      for (const [type, granted] of Object.entries(state)) {
        const before = consent[type];
        consent[type] = granted;
        if (before === undefined ? !granted : before !== granted)
          listeners.filter((one) => one.type === type).forEach(({ listener }) => listener(type, granted));
      }
    },
  };
}
