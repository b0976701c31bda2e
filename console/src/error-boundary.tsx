import { Component, type ReactNode } from 'react';

interface State {
  readonly hasFailed: boolean;
}

/** In the place of a page with a bug: says so, and offers to load it again. */
export class ErrorBoundary extends Component<{ readonly children: ReactNode }, State> {
  override state: State = { hasFailed: false };

  static getDerivedStateFromError(): State {
    return { hasFailed: true };
  }

  override render(): ReactNode {
    if (!this.state.hasFailed) return this.props.children;
    return (
      <main className="page">
        <div className="notice" role="alert">
          <p className="notice-title">The console has a bug</p>
          <p>Calls that were placed go on. Load the page again, and follow them by their contact ids.</p>
          <div className="actions">
            <button
              type="button"
              onClick={() => {
                location.reload();
              }}
            >
              Load again
            </button>
          </div>
        </div>
      </main>
    );
  }
}
