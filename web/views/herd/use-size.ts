import { useLayoutEffect, useState } from 'preact/hooks';
import type { RefObject } from 'preact';

import type { Size } from './geometry.ts';

/** The size of an element, and each that it gets; `undefined` before it is there. */
export function useSize(element: RefObject<Element | null>): Size | undefined {
  const [size, setSize] = useState<Size>();
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => {
      const { width, height } = current.getBoundingClientRect();
      setSize({ width, height });
    };
    measure();
    const observer = new ResizeObserver(measure);
    observer.observe(current);
    return () => observer.disconnect();
  }, [element]);
  return size;
}
