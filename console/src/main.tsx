import { createRoot } from 'react-dom/client';
import { Console } from './console.js';
import { ErrorBoundary } from './error-boundary.js';
import { readPageConfig } from './page-config.js';

const place = document.getElementById('console');
if (!place) throw new Error('The page lacks the element #console.');
createRoot(place).render(
  <ErrorBoundary>
    <Console config={readPageConfig(document)} />
  </ErrorBoundary>,
);
