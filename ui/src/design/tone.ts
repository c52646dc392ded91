/** Colour means state and nothing else; a word always stands beside it. */
export type Tone = 'scheduled' | 'publishing' | 'published' | 'held' | 'failed' | 'none';
