/*
 * Settings › Customer events › Add custom pixel. Shopify runs no theme code in its checkout, so this pixel sends the
 * order. It runs in a sandboxed frame without an origin, so its write key's source must have an empty
 * `allowed_origins`. Set "Permission: required, Marketing": then Shopify runs it only with consent.
 */
const COLLECTOR = 'https://t.example.com/_df/v1/batch';
const WRITE_KEY = 'wk_abc123';

analytics.subscribe('checkout_completed', async ({ timestamp, data, context }) => {
  const { order, email, totalPrice, currencyCode, billingAddress } = data.checkout;
  const event = {
    type: 'track',
    event: 'Order Completed',
    // From the order, so that reloading the thank-you page sends the same event.
    messageId: `order-${order.id}`,
    timestamp,
    properties: { order_id: order.id, total: totalPrice.amount, currency: currencyCode },
    context: {
      page: { url: context.document.location.href },
      // The frame can't see the shop's cookies. This asks the page for the one that the tag stored there.
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
    // Sent as text, so that the browser makes no preflight request.
    headers: { 'Content-Type': 'text/plain' },
    body: JSON.stringify({
      writeKey: WRITE_KEY,
      sentAt: new Date().toISOString(),
      consent: { advertising: true },
      batch: [event],
    }),
  });
});
