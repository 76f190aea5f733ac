export { DEFAULT_PORT, gatewayConfig, type GatewayConfig, type GatewayOptions } from './config.ts';
export { createGateway, type Gateway } from './gateway.ts';
export { openApiDocument } from './openapi/document.ts';
export type { GatewayPorts, Log, ReadinessCheck } from './ports.ts';
export { runViewOf } from './views/run-view.ts';
