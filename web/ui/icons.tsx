import type { ComponentChildren, JSX } from 'preact';

/* One set of icons: 20 by 20, strokes of 1.5. */

function Icon({ children }: { readonly children: ComponentChildren }): JSX.Element {
  return (
    <svg
      width="20"
      height="20"
      viewBox="0 0 20 20"
      fill="none"
      stroke="currentColor"
      stroke-width="1.5"
      stroke-linecap="round"
      stroke-linejoin="round"
      aria-hidden="true"
    >
      {children}
    </svg>
  );
}

export function MapIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M2.5 5 7.5 3l5 2 5-2v12l-5 2-5-2-5 2zM7.5 3v12M12.5 5v12" />
    </Icon>
  );
}

export function HerdIcon(): JSX.Element {
  return (
    <Icon>
      <circle cx="10" cy="4" r="2" />
      <circle cx="4" cy="14.5" r="2" />
      <circle cx="16" cy="14.5" r="2" />
      <path d="m9 5.8-4 7M11 5.8l4 7M6 14.5h8" />
    </Icon>
  );
}

export function PeopleIcon(): JSX.Element {
  return (
    <Icon>
      <circle cx="7.5" cy="7" r="2.75" />
      <path d="M2.5 16.5c0-2.8 2.2-4.5 5-4.5s5 1.7 5 4.5M13 4.5a2.75 2.75 0 0 1 0 5M14.5 12.3c1.8.6 3 2.1 3 4.2" />
    </Icon>
  );
}

export function ConsoleIcon(): JSX.Element {
  return (
    <Icon>
      <rect x="2.5" y="3.5" width="15" height="13" rx="1.5" />
      <path d="m5.5 7.5 2.5 2.5-2.5 2.5M10 13h4" />
    </Icon>
  );
}

export function PhoneIcon(): JSX.Element {
  return (
    <Icon>
      <rect x="5.5" y="2.5" width="9" height="15" rx="1.5" />
      <path d="M9 14.75h2" />
    </Icon>
  );
}

export function PlayIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M6 4.2v11.6l9.5-5.8z" />
    </Icon>
  );
}

export function CloseIcon(): JSX.Element {
  return (
    <Icon>
      <path d="m5.5 5.5 9 9M14.5 5.5l-9 9" />
    </Icon>
  );
}

export function SearchIcon(): JSX.Element {
  return (
    <Icon>
      <circle cx="9" cy="9" r="5.5" />
      <path d="m13.2 13.2 4 4" />
    </Icon>
  );
}

export function SunIcon(): JSX.Element {
  return (
    <Icon>
      <circle cx="10" cy="10" r="3.25" />
      <path d="M10 2v1.5M10 16.5V18M2 10h1.5M16.5 10H18M4.3 4.3l1.1 1.1M14.6 14.6l1.1 1.1M4.3 15.7l1.1-1.1M14.6 5.4l1.1-1.1" />
    </Icon>
  );
}

export function MoonIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M16.5 11.7A7 7 0 0 1 8.3 3.5a7 7 0 1 0 8.2 8.2z" />
    </Icon>
  );
}

export function PlusIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M10 4.5v11M4.5 10h11" />
    </Icon>
  );
}

export function ReplayIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M4.5 10a5.5 5.5 0 1 0 1.8-4.1M4 3.5v3.5h3.5" />
    </Icon>
  );
}

export function MinusIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M4.5 10h11" />
    </Icon>
  );
}

/** All of it. */
export function FrameIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M3 7V4.5A1.5 1.5 0 0 1 4.5 3H7M13 3h2.5A1.5 1.5 0 0 1 17 4.5V7M17 13v2.5a1.5 1.5 0 0 1-1.5 1.5H13M7 17H4.5A1.5 1.5 0 0 1 3 15.5V13" />
      <circle cx="10" cy="10" r="2" />
    </Icon>
  );
}

export function SignOutIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M8 3H4.5A1.5 1.5 0 0 0 3 4.5v11A1.5 1.5 0 0 0 4.5 17H8M13 13.5 16.5 10 13 6.5M16.5 10H8" />
    </Icon>
  );
}

export function AreaIcon(): JSX.Element {
  return (
    <Icon>
      <path d="m4.5 6 6-2.5 5.5 4-1 7.5-8.5 1.5z" stroke-dasharray="2.5 2.2" />
      <circle cx="10" cy="10" r="1" />
    </Icon>
  );
}

export function NearIcon(): JSX.Element {
  return (
    <Icon>
      <path d="M10 11.25a1.25 1.25 0 1 0 0-2.5 1.25 1.25 0 0 0 0 2.5M10 16a6 6 0 1 0 0-12 6 6 0 0 0 0 12M10 2v2M10 16v2M2 10h2M16 10h2" />
    </Icon>
  );
}
