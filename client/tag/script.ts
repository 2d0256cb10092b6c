export const version = 'unbuilt';
