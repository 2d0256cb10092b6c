import { createTag, type Tag } from 'directflight/tag';
import { inject, type InjectionKey, type Plugin } from 'vue';

const KEY: InjectionKey<Tag> = Symbol('directflight');

/** `app.use(directflight)`. The tag records vue-router's page views by itself. */
export const directflight: Plugin = {
  install(app) {
    const tag = createTag({ writeKey: 'wk_abc123', endpoint: 'https://www.example.com/_df/', consent: 'required' });
    app.provide(KEY, tag);
  },
};

/** In a component's setup: `const df = useDirectflight()`. */
export function useDirectflight(): Tag {
  const tag = inject(KEY);
  if (tag === undefined) throw new Error('Cannot use Directflight: expected app.use(directflight) first');
  return tag;
}
