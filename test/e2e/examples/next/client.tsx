import { createRoot } from 'react-dom/client';

import { LeadForm } from '../../../../examples/react/next/lead-form.tsx';

const place = document.getElementById('form');
if (place !== null) createRoot(place).render(<LeadForm />);
