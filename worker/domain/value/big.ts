import { Big } from 'big.js';

// big.js gives each number its own `constructor` by assignment, which throws where `Object.prototype` is frozen: a name
// that is inherited from something read-only cannot be assigned. With one of its own, its prototype is independent of that.
Object.defineProperty(Big.prototype, 'constructor', { value: Big, writable: true, configurable: true });

export { Big };
