import { useEffect, useState } from 'react';

import { directflight } from './directflight.ts';

export function App() {
  return (
    <>
      <ConsentBanner />
      <PricingTable />
      <LeadForm />
    </>
  );
}

/** Stands for your consent manager, which remembers the answer. */
function ConsentBanner() {
  const [isOpen, setIsOpen] = useState(true);
  const answer = (advertising: boolean) => {
    directflight.consent({ advertising });
    setIsOpen(false);
  };
  if (!isOpen) return null;
  return (
    <p>
      May we tell LinkedIn which of its ads brought you here?
      <button onClick={() => answer(true)}>Yes</button>
      <button onClick={() => answer(false)}>No</button>
    </p>
  );
}

/** A view is tracked in an effect. With its own ID it counts once, although strict mode runs effects twice. */
function PricingTable() {
  const [messageId] = useState(() => `pricing-${Date.now()}-${Math.random()}`);
  useEffect(() => {
    directflight.track('Pricing Viewed', { plan: 'team' }, { messageId });
  }, [messageId]);
  return <h1>Team: 500 USD a year</h1>;
}

/** An action is tracked in its handler, not in an effect. */
function LeadForm() {
  const [isSent, setIsSent] = useState(false);
  const send = (form: FormData) => {
    directflight.identify({ email: form.get('email'), companyName: form.get('company') });
    directflight.track('Lead Generated', { lead_source: 'contact_form', value: 500, currency: 'USD' });
    setIsSent(true);
  };
  if (isSent) return <p>Thank you.</p>;
  return (
    <form action={send}>
      <input name="email" type="email" required />
      <input name="company" />
      <button>Send</button>
    </form>
  );
}
