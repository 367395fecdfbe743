// What the AI SDK does when the provider fails. A test is called "<model>: <fault>"; test_typescript.py has the list.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { APICallError, embed, generateText, RetryError, streamText } from 'ai';
import { EMBEDDERS, journal, MODELS, order, reset } from './clients.ts';

const SAID = 'one two three four five six seven eight';
const PROMPT = `Reply with exactly: ${SAID}`;

/** Read a stream to its end, whatever that is. */
async function read(model: Parameters<typeof streamText>[0]['model']) {
  const errors: unknown[] = [];
  const reply = streamText({ model, prompt: PROMPT, maxRetries: 1, onError: ({ error }) => void errors.push(error) });
  let text = '';
  let thrown: unknown;
  try {
    for await (const piece of reply.textStream) text += piece;
  } catch (error) {
    thrown = error;
  }
  const finish = await Promise.resolve(reply.finishReason).catch(() => 'none');
  return { text, thrown, errors, finish };
}

/** The error that the last of several tries ended with. */
async function lastError(call: () => PromiseLike<unknown>): Promise<APICallError> {
  try {
    await call();
  } catch (error) {
    const last = RetryError.isInstance(error) ? error.lastError : error;
    if (APICallError.isInstance(last)) return last;
    throw error;
  }
  throw new Error('nothing was thrown');
}

for (const [name, modelFor] of Object.entries(MODELS)) {
  const check = (fault: string, body: (model: ReturnType<typeof modelFor>, key: string) => Promise<void>) => {
    const key = `practice-ts-${name}-${fault.replaceAll(' ', '-')}`;
    test(`${name}: ${fault}`, async () => {
      await reset(key);
      await body(modelFor(key), key);
    });
  };

  check('rate limit', async (model, key) => {
    await order(key, 'rate_limit', { count: 1, retry_after_s: 1, retry_after_in: 's' });
    const reply = await generateText({ model, prompt: PROMPT });
    assert.equal(reply.text, SAID);
    const [first, second] = await journal(key);
    assert.equal(first.status, 429);
    const waited = second.at_s - first.at_s;
    // Without the header it waits two seconds.
    assert.ok(waited >= 0.95 && waited < 1.9, `it came back after ${waited} s and was told 1 s`);
  });

  check('rate limit before a stream', async (model, key) => {
    await order(key, 'rate_limit', { count: 1, retry_after_s: 0.2, retry_after_in: 'ms' });
    const { text, finish } = await read(model);
    assert.equal(text, SAID);
    assert.equal(finish, 'stop');
    assert.deepEqual((await journal(key)).map(seen => seen.status), [429, 200]);
  });

  check('server error', async (model, key) => {
    await order(key, 'server', { count: 9 });
    const error = await lastError(() => generateText({ model, prompt: PROMPT, maxRetries: 0 }));
    assert.equal(error.statusCode, 500);
    assert.equal(error.isRetryable, true);
    assert.equal((await journal(key)).length, 1);
  });

  check('wrong key', async (model, key) => {
    await order(key, 'auth', { count: 9 });
    const error = await lastError(() => generateText({ model, prompt: PROMPT }));
    assert.equal(error.statusCode, name === 'google' ? 400 : 401);
    assert.equal(error.isRetryable, false);
    assert.ok(error.message.length > 3, `the SDK found no message in ${error.responseBody}`);
    assert.equal((await journal(key)).length, 1);
  });

  check('bad request', async (model, key) => {
    await order(key, 'context_too_long');
    const error = await lastError(() => generateText({ model, prompt: PROMPT }));
    assert.equal(error.statusCode, 400);
    assert.ok(error.message !== 'Bad Request', 'the SDK found no message in the body');
  });

  check('dropped stream', async (model, key) => {
    await order(key, 'drop_stream', { count: 1, after: 5 });
    const { text, thrown, errors } = await read(model);
    assert.ok(thrown ?? errors[0], 'nobody was told that the stream died');
    assert.ok(SAID.startsWith(text) && text !== SAID, text);
    assert.equal((await journal(key)).length, 1, 'a stream that has begun is never tried again');
  });

  check('early end', async (model, key) => {
    await order(key, 'cut_stream', { count: 1, after: 5 });
    const { text, thrown, errors, finish } = await read(model);
    assert.ok(SAID.startsWith(text) && text !== SAID, text);
    if (name === 'compatible') {
      assert.match(String(thrown ?? errors[0]), /ended without a finish reason/);
      return;
    }
    assert.equal(thrown, undefined);
    assert.deepEqual(errors, []);
    assert.equal(finish, 'interrupted', 'the only sign of an early end');
  });

  check('bad chunk', async (model, key) => {
    await order(key, 'malformed_chunk', { count: 1, after: 6 });
    const { text, errors } = await read(model);
    assert.ok(errors.length > 0, 'the bad chunk went by without an error');
    assert.ok(text.length < SAID.length, 'the words of the bad chunk arrived');
  });
}

test('responses: embedding after an error', async () => {
  const key = 'practice-ts-responses-embedding-after-an-error';
  await order(key, 'server', { count: 1, retry_after_s: 0.05, retry_after_in: 'ms' });
  const { embedding } = await embed({ model: EMBEDDERS.responses(key), value: 'a kettle' });
  assert.equal(embedding.length, 384);
  assert.deepEqual((await journal(key)).map(seen => seen.status), [500, 200]);
});
