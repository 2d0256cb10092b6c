<?php
/**
 * Directflight in WordPress: append this to the functions.php of your (child) theme, or paste it into a
 * snippets plugin. Insert your host and your write key.
 */

add_action( 'wp_head', function () {
	?>
<script>try{(window._df||(_df={q:[]})).q?.map&&(_df.track||(_df.u=location.href,"track page identify consent reset flush ready".split(" ").map(t=>_df[t]=(...a)=>{let e=self.crypto?.randomUUID?.(),i=/h$/.test(t)&&new Promise(n=>setTimeout(n,2e3,a=[n]));return _df.q[9999]&&/^[tip]/.test(t)||_df.q.push([t,a,Date.now(),location.href,e]),i||e}),"pagehide beforeunload visibilitychange".split(" ").map(t=>addEventListener(t,()=>{try{let a=document.querySelector("[data-write-key^=wk_]"),e={...a.dataset},i=[],n=_df.q.filter(([r,s,c,d,o])=>/^[tip]/.test(r)?!i.push({messageId:o,timestamp:c,type:r,context:{page:{url:d}},args:s}):/t$/.test(r)?e.consent=s[0].advertising==!0&&s[0]:r);i[0]&&!navigator.globalPrivacyControl&&/^[^rf]/.test(e.consent)&&navigator.sendBeacon(new URL("v1/batch",a.src),JSON.stringify({...e,batch:i}))&&(_df.q=n)}catch{}}))))}catch{}</script>
<script async src="https://www.example.com/_df/df.js" data-write-key="wk_abc123" data-consent="required"></script>
<script>
// The WP Consent API, which Complianz, CookieYes and others support. Without it call _df.consent yourself.
(() => {
	const tell = () => window.wp_has_consent && _df.consent({ advertising: wp_has_consent("marketing") });
	document.addEventListener("wp_listen_for_consent_change", (event) => {
		if ("marketing" in event.detail) _df.consent({ advertising: event.detail.marketing === "allow" });
	});
	document.addEventListener("wp_consent_type_defined", tell);
	if (window.wp_consent_type) tell();
})();
</script>
	<?php
}, 1 );

// WooCommerce: sends the order once. Its ID is the event's ID, so that reloading the page sends the same event.
add_action( 'woocommerce_thankyou', function ( $order_id ) {
	$order = wc_get_order( $order_id );
	if ( ! $order ) {
		return;
	}
	$safe    = JSON_HEX_TAG | JSON_HEX_AMP | JSON_HEX_APOS | JSON_HEX_QUOT;
	$traits  = array(
		'email'       => $order->get_billing_email(),
		'firstName'   => $order->get_billing_first_name(),
		'lastName'    => $order->get_billing_last_name(),
		'companyName' => $order->get_billing_company(),
		'countryCode' => $order->get_billing_country(),
	);
	$order_properties = array(
		'order_id' => (string) $order_id,
		'total'    => (float) $order->get_total(),
		'currency' => $order->get_currency(),
	);
	?>
<script>
_df.identify(<?php echo wp_json_encode( array_filter( $traits ), $safe ); ?>);
_df.track("Order Completed", <?php echo wp_json_encode( $order_properties, $safe ); ?>, {
	messageId: <?php echo wp_json_encode( "order-$order_id", $safe ); ?>

});
</script>
	<?php
} );
