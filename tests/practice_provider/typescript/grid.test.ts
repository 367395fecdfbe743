// Every capability on every wire. A test is called "<model>: <capability>"; test_typescript.py has the list.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { ModelMessage } from 'ai';
import { embed, embedMany, generateText, isStepCount, Output, streamText, tool } from 'ai';
import { z } from 'zod';
import { EMBEDDERS, journal, MODELS, reset } from './clients.ts';

const PERSON = z.object({ name: z.string(), age: z.number() });
const ABOUT_ADA = 'Extract the person. Name: Ada Lovelace. Age: 36.';
const WHERE = 'What is the status of order BL-1042?';
const SAID = 'The kettle is on.';

/** One tool, and what it was called with. */
function desk() {
  const calls: string[] = [];
  const orderStatus = tool({
    description: 'Look up the status of an order by its order number',
    inputSchema: z.object({ order_id: z.string().describe('The order number, for example BL-1001') }),
    execute: async ({ order_id }) => {
      calls.push(order_id);
      return { order_id, status: 'shipped on Tuesday' };
    },
  });
  return { calls, tools: { order_status: orderStatus } };
}

async function all<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of stream) items.push(item);
  return items;
}

for (const [name, modelFor] of Object.entries(MODELS)) {
  const check = (capability: string, body: (model: ReturnType<typeof modelFor>, key: string) => Promise<void>) => {
    const key = `practice-ts-${name}-${capability.replaceAll(' ', '-')}`;
    test(`${name}: ${capability}`, async () => {
      await reset(key);
      await body(modelFor(key), key);
    });
  };

  check('text', async (model, key) => {
    const reply = await generateText({ model, instructions: 'Be brief.', prompt: `Reply with exactly: ${SAID}` });
    assert.equal(reply.text, SAID);
    assert.equal(reply.finishReason, 'stop');
    const [seen] = await journal(key);
    assert.equal(reply.usage.inputTokens, seen.tokens_in);
    assert.equal(reply.usage.outputTokens, seen.tokens_out);
  });

  check('streamed text', async (model, key) => {
    const reply = streamText({ model, prompt: `Reply with exactly: ${SAID}` });
    const pieces = await all(reply.textStream);
    assert.equal(pieces.join(''), SAID);
    assert.ok(pieces.length > 1, 'the words came in one piece');
    assert.equal(await reply.finishReason, 'stop');
    const [seen] = await journal(key);
    assert.equal((await reply.usage).inputTokens, seen.tokens_in);
    assert.equal((await reply.usage).outputTokens, seen.tokens_out);
  });

  check('object', async model => {
    const reply = await generateText({ model, output: Output.object({ schema: PERSON }), prompt: ABOUT_ADA });
    assert.equal(reply.output.name, 'Ada Lovelace');
    assert.equal(reply.output.age, 36);
  });

  check('streamed object', async model => {
    const reply = streamText({ model, output: Output.object({ schema: PERSON }), prompt: ABOUT_ADA });
    const partials = await all(reply.partialOutputStream);
    assert.ok(partials.length > 1, 'the object came in one piece');
    assert.equal((await reply.output).name, 'Ada Lovelace');
  });

  check('tool loop', async (model, key) => {
    const { calls, tools } = desk();
    const reply = await generateText({ model, tools, stopWhen: isStepCount(4), prompt: WHERE });
    assert.deepEqual(calls, ['BL-1042']);
    assert.match(reply.text, /shipped on Tuesday/);
    assert.equal(reply.steps.length, 2);
    assert.equal((await journal(key)).length, 2);
  });

  check('streamed tool loop', async (model, key) => {
    const { calls, tools } = desk();
    const reply = streamText({ model, tools, stopWhen: isStepCount(4), prompt: WHERE });
    assert.match(await reply.text, /shipped on Tuesday/);
    assert.deepEqual(calls, ['BL-1042']);
    assert.equal((await reply.steps).length, 2);
    assert.equal((await journal(key)).length, 2);
  });

  check('required tool', async model => {
    const { tools } = desk();
    const prompt = 'Good morning! My order is BL-7.';
    const reply = await generateText({ model, tools: noRun(tools), toolChoice: 'required', prompt });
    assert.deepEqual(reply.toolCalls.map(call => call.toolName), ['order_status']);
    assert.equal(reply.finishReason, 'tool-calls');
  });

  check('named tool', async model => {
    const { tools } = desk();
    const named = { type: 'tool', toolName: 'order_status' } as const;
    const reply = await generateText({ model, tools: noRun(tools), toolChoice: named, prompt: 'Hello! BL-7.' });
    assert.deepEqual(reply.toolCalls.map(call => call.toolName), ['order_status']);
  });

  check('no tool', async model => {
    const { tools } = desk();
    const reply = await generateText({ model, tools, toolChoice: 'none', prompt: WHERE });
    assert.deepEqual(reply.toolCalls, []);
  });

  check('failing tool', async model => {
    const broken = { ...desk().tools.order_status, execute: () => Promise.reject(new Error('the shop is closed')) };
    const options = { model, tools: { order_status: broken }, stopWhen: isStepCount(3), prompt: WHERE };
    const reply = await generateText(options);
    assert.equal(reply.steps.length, 2);
    assert.equal(reply.finishReason, 'stop');
  });

  check('conversation', async model => {
    const reply = await generateText({
      model,
      messages: [
        { role: 'user', content: 'My name is Ada.' },
        { role: 'assistant', content: 'Nice to meet you, Ada.' },
        { role: 'user', content: 'Reply with exactly: still here' },
      ],
    });
    assert.equal(reply.text, 'still here');
  });

  check('conversation that goes on', async model => {
    const { calls, tools } = desk();
    const question: ModelMessage = { role: 'user', content: WHERE };
    const first = await generateText({ model, tools, stopWhen: isStepCount(4), messages: [question] });
    const next: ModelMessage = { role: 'user', content: 'Reply with exactly: still here' };
    const messages = [question, ...first.responseMessages, next];
    const second = await generateText({ model, tools, messages });
    assert.equal(second.text, 'still here');
    assert.deepEqual(calls, ['BL-1042']);
  });

  check('image', async model => {
    const image = { type: 'file' as const, mediaType: 'image/png', data: PIXEL };
    const question = { type: 'text' as const, text: 'What is in this picture?' };
    const reply = await generateText({ model, messages: [{ role: 'user', content: [question, image] }] });
    assert.equal(reply.finishReason, 'stop');
    assert.ok(reply.text.length > 0);
  });

  check('token limit', async model => {
    const prompt = 'Reply with exactly: one two three four five six seven eight nine ten eleven twelve';
    const options = name === 'responses' ? { maxOutputTokens: 16 } : { maxOutputTokens: 4 };
    const long = name === 'responses' ? `${prompt} ${Array.from({ length: 30 }, (_, n) => n).join(' ')}` : prompt;
    const reply = await generateText({ model, prompt: long, ...options });
    assert.equal(reply.finishReason, 'length');
  });
}

const PIXEL =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

/** The same tools without anything that runs them: the call is what is wanted. */
function noRun(tools: ReturnType<typeof desk>['tools']) {
  const { execute: _, ...declared } = tools.order_status;
  return { order_status: tool(declared) };
}

for (const [name, embedderFor] of Object.entries(EMBEDDERS)) {
  test(`${name}: embedding`, async () => {
    const { embedding } = await embed({ model: embedderFor(`practice-ts-${name}-embedding`), value: 'a kettle' });
    assert.equal(embedding.length, 384);
    const length = Math.hypot(...embedding);
    assert.ok(Math.abs(length - 1) < 1e-3, `the vector has length ${length}`);
  });

  test(`${name}: embeddings`, async () => {
    const model = embedderFor(`practice-ts-${name}-embeddings`);
    const { embeddings } = await embedMany({ model, values: ['a kettle', 'a pot for boiling water', 'tax law'] });
    const [kettle, pot, tax] = embeddings;
    const nearness = (a: number[], b: number[]) => a.reduce((sum, value, at) => sum + value * b[at], 0);
    assert.ok(nearness(kettle, pot) > nearness(kettle, tax));
  });
}
