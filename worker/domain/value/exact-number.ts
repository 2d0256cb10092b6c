import { Big } from 'big.js';

// big.js assigns a `constructor` to each number. This throws where `Object.prototype` is frozen, because an inherited
// read-only property can't be assigned. An own writable property avoids that.
Object.defineProperty(Big.prototype, 'constructor', { value: Big, writable: true, configurable: true });

export { Big };
