import Script from 'next/script';
import type { ReactNode } from 'react';

/** The stub, as the README has it: it keeps what components call before the tag has arrived. */
const stub = String.raw`(window._df||(_df={q:[]})).q?.map&&(_df.track||(_df.u=location.href,"track page identify consent reset flush ready".split(" ").map(e=>_df[e]=(...n)=>{let i=self.crypto?.randomUUID?.(),r=/h$/.test(e)&&new Promise(t=>setTimeout(t,2e3,n=[t]));return _df.q[9999]&&/^[tip]/.test(e)||_df.q.push([e,n,Date.now(),location.href,i]),r||i}),document.addEventListener("visibilitychange",()=>{try{let e=document.querySelector("[data-write-key]"),n={...e.dataset},i=[],r=_df.q.filter(([t,a,c,d,s])=>/^[tip]/.test(t)?!i.push({messageId:s,timestamp:c,context:{page:{url:d}},type:t,properties:a[1],args:a,event:t[5]||a[0]}):/t$/.test(t)?n.consent=a[0].advertising==!0&&a[0]:t);i[0]&&!navigator.globalPrivacyControl&&/^[^rf]/.test(n.consent)&&navigator.sendBeacon(new URL("v1/batch",e.src),JSON.stringify({...n,batch:i}))&&(_df.q=r)}catch{}})));`;

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
