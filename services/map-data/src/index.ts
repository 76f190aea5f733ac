export { openObjects, type ObjectInfo, type Objects } from './objects/objects.ts';
export { mapDataSteps, SERVICE } from './steps/map-data-steps.ts';
