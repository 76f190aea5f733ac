/** One place where routes are declared, so that a wrong method answers 405 with the right ones. */
import type { Express, Request, Response } from 'express';
import { Refusal } from '../refusal.ts';

export type Handler = (request: Request, response: Response) => Promise<void> | void;
const METHODS = ['get', 'post', 'put'] as const;
export type Method = (typeof METHODS)[number];

export function route(app: Express, path: string, handlers: Partial<Record<Method, Handler>>): void {
  const entry = app.route(path);
  for (const method of METHODS) {
    const handler = handlers[method];
    if (handler !== undefined) entry[method](handler);
  }
  const allow = METHODS.flatMap((method) => (handlers[method] === undefined ? [] : method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()])).join(', ');
  entry.all((request: Request) => {
    throw new Refusal('method_not_allowed', `${request.path} does not know ${request.method}; it knows ${allow}`, { headers: { Allow: allow } });
  });
}

/** A path parameter; never a list here. */
export const param = (request: Request, name: string): string => {
  const value = request.params[name];
  return typeof value === 'string' ? value : '';
};
