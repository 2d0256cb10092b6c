import { confirm } from './confirm.ts';

/** Runs the order form: updates the total, and records each order as one `Order Completed` event. */
export function startOrderForm(form: HTMLFormElement): void {
  const wanted = new URLSearchParams(location.search).get('plan');
  for (const plan of plansOf(form)) if (plan.value === wanted) plan.checked = true;

  const showTotal = () => {
    const total = form.querySelector('#total');
    if (total) total.textContent = dollars(orderIn(form).total);
  };
  form.addEventListener('input', showTotal);
  showTotal();

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    const order = orderIn(form);
    const orderId = `NB-${Date.now().toString(36).toUpperCase()}`;
    const messageId = window._df.track('Order Completed', { order_id: orderId, ...order, currency: 'USD' });
    confirm(form, `Order ${orderId} is on its way to the roaster.`, messageId);
  });
}

function orderIn(form: HTMLFormElement) {
  const plan = plansOf(form).find(({ checked }) => checked);
  const quantity = Math.max(1, Number(new FormData(form).get('quantity')) || 1);
  const price = Number(plan?.dataset['price'] ?? 0);
  return {
    total: price * quantity,
    products: [{ product_id: plan?.value, name: plan?.dataset['name'], price, quantity }],
  };
}

function plansOf(form: HTMLFormElement): HTMLInputElement[] {
  return [...form.querySelectorAll<HTMLInputElement>('input[name="plan"]')];
}

const dollars = (amount: number) => amount.toLocaleString('en-US', { style: 'currency', currency: 'USD' });
