import Script from 'next/script';
import type { ReactNode } from 'react';

/** The stub, as the README has it: it keeps what components call before the tag has arrived. */
const stub = String.raw`window._df||(_df={q:[],u:location.href},"track page identify consent reset flush ready".split(" ").map(e=>_df[e]=(...f)=>{let n=crypto.randomUUID?.(),t=e==="flush"&&new Promise(r=>f=[r]);return _df.q.push([e,f,Date.now(),location.href,n]),t||n}));`;

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
