import { render } from 'preact';

import { App } from './app.tsx';
import { followAccess } from './state/access.ts';
import { followCards } from './state/cards.ts';
import { followGroups } from './state/groups.ts';
import { followDemo } from './state/demo.ts';
import { startHerd } from './state/herd.ts';
import { followClients } from './state/follow-clients.ts';
import { reloadWherePolicyIsStale } from './state/stale-policy.ts';
import { loadAhead } from './views/view-slot.tsx';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

/** What is loaded ahead comes so much after the page, in milliseconds: the view that is shown comes first. */
const AHEAD_AFTER_MS = 1000;

const root = document.querySelector('#app');
if (root === null) throw new Error('the page has no #app');
reloadWherePolicyIsStale();
followClients();
startHerd();
followAccess();
followCards();
followGroups();
followDemo();
render(<App />, root);
addEventListener('load', () => setTimeout(() => void loadAhead(), AHEAD_AFTER_MS));
