// Goes before the worker in which Python runs: tells the page how much of it has been loaded, and
// start.mjs which kernel it is.
{
  const sizes = __SIZES__; // bytes, by the names of files
  const whole = Object.values(sizes).reduce((sum, size) => sum + size, 0);
  const send = globalThis.postMessage.bind(globalThis);
  let loaded = 0;
  let told = 0;
  let start; // the number of the call that starts Python

  const tell = (stage) => send({ downhill: { stage, loaded, whole } });

  const count = (chunk, controller) => {
    loaded += chunk.byteLength;
    controller.enqueue(chunk);
    if (performance.now() - told > 100 || loaded >= whole) {
      told = performance.now();
      tell(loaded < whole ? "loading" : "starting");
    }
  };

  const load = globalThis.fetch.bind(globalThis);
  globalThis.fetch = async (request, options) => {
    const answer = await load(request, options);
    const name = new URL(request.url ?? request, location.href).pathname.split("/").at(-1);
    if (!(name in sizes) || !answer.ok || !answer.body) return answer;
    return new Response(answer.body.pipeThrough(new TransformStream({ transform: count })), answer);
  };

  globalThis.addEventListener("message", ({ data }) => {
    if (data?.type !== "APPLY" || data.path?.at(-1) !== "initialize") return;
    start = data.id;
    globalThis.kernelId = data.argumentList[0].value.kernelId;
    tell("loading");
  });
  globalThis.postMessage = (message, ...rest) => {
    if (start && message?.id === start) tell(message.name === "throw" ? "failed" : "ready");
    return send(message, ...rest);
  };
}
