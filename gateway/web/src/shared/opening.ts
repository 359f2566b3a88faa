import { type Demo, loadDemo } from './demo';
import { Trouble } from './trouble';

/** What the page has to know before it draws anything: GraphiQL reads the schema at once, as the unit chosen. */
export interface Opening {
  demo: Demo | null;
  trouble: Trouble | null;
}

/** Never fails for the network: the page works without demo units, and says what is wrong. */
export async function openPage(): Promise<Opening> {
  try {
    return { demo: await loadDemo(), trouble: null };
  } catch (error) {
    if (error instanceof Trouble) return { demo: null, trouble: error };
    throw error;
  }
}
