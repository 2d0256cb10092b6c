/*
 * Settings › Customer events › Add custom pixel. Shopify runs no theme code in its checkout, so the order is sent from
 * here. The pixel lives in a sandboxed frame without an origin: the source that its write key belongs to must have
 * an empty `allowed_origins`. Set "Permission: required, Marketing": then Shopify runs it with consent only.
 */
const COLLECTOR = 'https://t.example.com/_df/v1/batch';
const WRITE_KEY = 'wk_abc123';

analytics.subscribe('checkout_completed', async ({ timestamp, data, context }) => {
  const { order, email, totalPrice, currencyCode, billingAddress } = data.checkout;
  const event = {
    type: 'track',
    event: 'Order Completed',
    // The order's: a reload of the thank-you page is the same event.
    messageId: `order-${order.id}`,
    timestamp,
    properties: { order_id: order.id, total: totalPrice.amount, currency: currencyCode },
    context: {
      page: { url: context.document.location.href },
      // The frame has no cookies of the shop. This asks the page for the one that the tag keeps there.
      li_fat_id: await browser.cookie.get('li_fat_id'),
      traits: {
        email,
        firstName: billingAddress?.firstName,
        lastName: billingAddress?.lastName,
        countryCode: billingAddress?.countryCode,
      },
    },
  };
  await fetch(COLLECTOR, {
    method: 'POST',
    keepalive: true,
    // As text, so that the browser sends no preflight.
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify({
      writeKey: WRITE_KEY,
      sentAt: new Date().toISOString(),
      consent: { advertising: true },
      batch: [event],
    }),
  });
});
