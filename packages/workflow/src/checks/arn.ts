/** Resources written for AWS: what is meant as an ARN, or has a name that deploying fills in, must be whole. */

/** Behind a function's name: $LATEST, a version, an alias, or what deploying fills in. Source: AWS Lambda API reference, FunctionName. */
const FUNCTION = /^arn:[^:]+:lambda:[^:]*:[^:]*:function:[^:]+(:(\$LATEST|[A-Za-z0-9_-]+|\$\{[^{}]+\}|<[^<>]+>))?$/;

export function arnMistake(resource: string): string | undefined {
  if (resource.replaceAll(/\$\{[^{}]+\}/g, '').includes('${')) return `Expected each \${ to be closed by }, but found ${JSON.stringify(resource)}`;
  if (!resource.startsWith('arn:')) return undefined;
  if (resource.split(':').length < 6) return `Expected an ARN such as arn:aws:lambda:us-east-1:123456789012:function:pay, but found ${JSON.stringify(resource)}`;
  if (/^arn:[^:]+:lambda:[^:]*:[^:]*:function:/.test(resource) && !FUNCTION.test(resource)) {
    return `Expected the ARN of a function, with an alias, a version or $LATEST behind it where one is meant, but found ${JSON.stringify(resource)}`;
  }
  return undefined;
}
