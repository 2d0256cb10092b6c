import { createApp } from 'vue';

import { App } from './app.ts';
import { directflight } from './directflight.ts';

createApp(App).use(directflight).mount('#app');
