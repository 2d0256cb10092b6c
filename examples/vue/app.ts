import { defineComponent, h, ref } from 'vue';

import { useDirectflight } from './directflight.ts';

/**
 * Uses render functions, so that it runs without Vue's compiler. In a `.vue` file only the template looks different.
 */
export const App = defineComponent(() => {
  const df = useDirectflight();
  const email = ref('');
  const isSent = ref(false);

  const send = (event: Event) => {
    event.preventDefault();
    df.identify({ email: email.value });
    df.track('Lead Generated', { lead_source: 'contact_form', value: 500, currency: 'USD' });
    isSent.value = true;
  };

  return () => [
    h('button', { id: 'yes', onClick: () => df.consent({ advertising: true }) }, 'Yes, tell LinkedIn'),
    isSent.value
      ? h('p', 'Thank you.')
      : h('form', { onSubmit: send }, [
          h('input', {
            name: 'email',
            onInput: ({ target }: Event) => {
              if (target instanceof HTMLInputElement) email.value = target.value;
            },
          }),
          h('button', 'Send'),
        ]),
  ];
});
