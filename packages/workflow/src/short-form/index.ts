export { ShortForm } from './form.ts';
export { shortForm, type ShortFormOptions, type StepBinding } from './short-form.ts';
