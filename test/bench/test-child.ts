/** Says who it is, and goes on for ever. */
process.send?.({ pid: process.pid });
setInterval(() => undefined, 1_000);
