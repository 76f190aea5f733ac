export * from './hostile-jsonata.ts';
export * from './hostile-paths.ts';
export * from './hostile-texts.ts';
