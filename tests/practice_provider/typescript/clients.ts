// The models of the AI SDK, one for each wire, and the provider's own endpoints for faults and the journal.
// https://ai-sdk.dev/docs/foundations/providers-and-models
import { createAnthropic } from '@ai-sdk/anthropic';
import { createGoogle } from '@ai-sdk/google';
import { createOpenAI } from '@ai-sdk/openai';
import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import type { LanguageModel } from 'ai';

const URL = process.env.PRACTICE_URL;
if (!URL) throw new Error('PRACTICE_URL is not set: give it the address of a practice provider');

export const CHAT_MODEL = 'practice-large';

const openai = (apiKey: string) => createOpenAI({ baseURL: `${URL}/openai/v1`, apiKey });
const compatible = (apiKey: string) =>
  createOpenAICompatible({
    name: 'practice',
    baseURL: `${URL}/openai/v1`,
    apiKey,
    supportsStructuredOutputs: true,
    includeUsage: true,
  });
const google = (apiKey: string) => createGoogle({ baseURL: `${URL}/gemini/v1beta`, apiKey });

/** One chat model for each wire; a key of the provider has faults and a journal of its own. */
export const MODELS: Record<string, (key: string) => LanguageModel> = {
  responses: key => openai(key)(CHAT_MODEL),
  chat: key => openai(key).chat(CHAT_MODEL),
  compatible: key => compatible(key)(CHAT_MODEL),
  anthropic: key => createAnthropic({ baseURL: `${URL}/anthropic/v1`, apiKey: key })(CHAT_MODEL),
  google: key => google(key)(CHAT_MODEL),
};

export const EMBEDDERS = {
  responses: (key: string) => openai(key).embedding('practice-embed'),
  compatible: (key: string) => compatible(key).embeddingModel('practice-embed'),
  google: (key: string) => google(key).embedding('practice-embed'),
};

/** What the journal says about one request. */
export type Seen = { path: string; status: number; at_s: number; tokens_in: number; tokens_out: number };

async function control(key: string, path: string, options: RequestInit = {}): Promise<any> {
  const headers = { authorization: `Bearer ${key}`, 'content-type': 'application/json' };
  const reply = await fetch(`${URL}/practice/${path}`, { ...options, headers });
  if (!reply.ok) throw new Error(`/practice/${path}: ${reply.status} ${await reply.text()}`);
  return reply.json();
}

/** Order a fault for a key. */
export const order = (key: string, kind: string, options: object = {}) =>
  control(key, 'faults', { method: 'POST', body: JSON.stringify({ kind, ...options }) });

/** Forget what a key has done and what was ordered for it. */
export const reset = (key: string) => control(key, 'reset', { method: 'POST' });

/** What a key has sent, the oldest first. */
export const journal = async (key: string): Promise<Seen[]> => (await control(key, 'journal')).entries;
