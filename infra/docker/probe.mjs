/** Is the service of this container ready? Exit code 0 when it says so; its own words otherwise, for `docker inspect`. */
const url = `http://127.0.0.1:${process.env.BATON_HTTP_PORT ?? 8080}/readyz`;
try {
  const answer = await fetch(url, { signal: AbortSignal.timeout(3_000) });
  console.log(answer.status, await answer.text());
  process.exitCode = answer.ok ? 0 : 1;
} catch (error) {
  console.log(`${url}: ${error.cause?.message ?? error.message}`);
  process.exitCode = 1;
}
