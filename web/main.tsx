import { render } from 'preact';

import { App } from './app.tsx';
import { followCards } from './state/cards.ts';
import { followGroups } from './state/groups.ts';
import { startHerd } from './state/herd.ts';
import { startLive } from './state/live.ts';
import './styles/tokens.css';
import './styles/base.css';
import './styles/controls.css';

const root = document.querySelector('#app');
if (root === null) throw new Error('the page has no #app');
startLive();
startHerd();
followCards();
followGroups();
render(<App />, root);
