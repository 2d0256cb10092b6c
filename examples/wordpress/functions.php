<?php
/**
 * Directflight in WordPress: append this to the functions.php of your (child) theme, or paste it into a
 * snippets plugin. Put in your host and your write key.
 */

add_action( 'wp_head', function () {
	?>
<script>(window._df||(_df={q:[]})).q?.map&&(_df.track||(_df.u=location.href,"track page identify consent reset flush ready".split(" ").map(e=>_df[e]=(...n)=>{let i=self.crypto?.randomUUID?.(),r=/h$/.test(e)&&new Promise(t=>setTimeout(t,2e3,n=[t]));return _df.q[9999]&&/^[tip]/.test(e)||_df.q.push([e,n,Date.now(),location.href,i]),r||i}),document.addEventListener("visibilitychange",()=>{try{let e=document.querySelector("[data-write-key]"),n={...e.dataset},i=[],r=_df.q.filter(([t,a,c,d,s])=>/^[tip]/.test(t)?!i.push({messageId:s,timestamp:c,context:{page:{url:d}},type:t,properties:a[1],args:a,event:t[5]||a[0]}):/t$/.test(t)?n.consent=a[0].advertising==!0&&a[0]:t);i[0]&&!navigator.globalPrivacyControl&&/^[^rf]/.test(n.consent)&&navigator.sendBeacon(new URL("v1/batch",e.src),JSON.stringify({...n,batch:i}))&&(_df.q=r)}catch{}})));</script>
<script async src="https://www.example.com/_df/df.js" data-write-key="wk_abc123" data-consent="required"></script>
<script>
// The WP Consent API, which Complianz, CookieYes and others speak. Without it call _df.consent yourself.
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

// WooCommerce: the order, once. Its id is the event's id, so that a reload of the page is the same event.
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
