import Script from 'next/script';
import type { ReactNode } from 'react';

/** The stub from the README: it records calls from components until the tag has loaded. */
const stub = String.raw`try{(window._df||(_df={q:[]})).q?.map&&(_df.track||(_df.u=location.href,"track page identify consent reset flush ready".split(" ").map(t=>_df[t]=(...a)=>{let e=self.crypto?.randomUUID?.(),i=/h$/.test(t)&&new Promise(n=>setTimeout(n,2e3,a=[n]));return _df.q[9999]&&/^[tip]/.test(t)||_df.q.push([t,a,Date.now(),location.href,e]),i||e}),"pagehide beforeunload visibilitychange".split(" ").map(t=>addEventListener(t,()=>{try{let a=document.querySelector("[data-write-key^=wk_]"),e={...a.dataset},i=[],n=_df.q.filter(([r,s,c,d,o])=>/^[tip]/.test(r)?!i.push({messageId:o,timestamp:c,type:r,context:{page:{url:d}},args:s}):/t$/.test(r)?e.consent=s[0].advertising==!0&&s[0]:r);i[0]&&!navigator.globalPrivacyControl&&/^[^rf]/.test(e.consent)&&navigator.sendBeacon(new URL("v1/batch",a.src),JSON.stringify({...e,batch:i}))&&(_df.q=n)}catch{}}))))}catch{}`;

/** `app/layout.tsx` of a Next.js app. */
export default function RootLayout({ children }: { children: ReactNode }) {
  return (
    <html lang="en">
      <head>
        <Script id="directflight-stub" strategy="beforeInteractive" dangerouslySetInnerHTML={{ __html: stub }} />
      </head>
      <body>
        {children}
        <Script src="https://www.example.com/_df/df.js" strategy="afterInteractive" data-write-key="wk_abc123" />
      </body>
    </html>
  );
}
