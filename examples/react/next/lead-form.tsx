'use client';

export function LeadForm() {
  const send = (form: FormData) => {
    window._df.identify({ email: form.get('email') });
    window._df.track('Lead Generated', { value: 500, currency: 'USD' });
  };
  return (
    <form action={send}>
      <input name="email" type="email" required />
      <button>Send</button>
    </form>
  );
}
