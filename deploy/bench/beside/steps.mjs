// The chain as Restate's users write it: one handler, each step durable by ctx.run.
import http2 from "node:http2";
import * as restate from "@restatedev/restate-sdk";

// The SDK needs it; Node.js has it since version 22.
Promise.withResolvers ??= function () {
  let resolve, reject;
  const promise = new Promise((yes, no) => ((resolve = yes), (reject = no)));
  return { promise, resolve, reject };
};

const chain = restate.service({
  name: "chain",
  handlers: {
    run: async (ctx, steps) => {
      let last = null;
      for (let i = 1; i <= steps; i++) {
        last = await ctx.run(`step${i}`, () => ({ step: i }));
      }
      return last;
    },
  },
  // Nothing is kept of a chain that has ended.
  options: { journalRetention: 0 },
});

http2
  .createServer(restate.createEndpointHandler({ services: [chain] }))
  .listen(Number(process.argv[2]), "127.0.0.1", () => console.log("READY"));
