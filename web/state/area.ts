import type { Box } from 'proxy-herd/client';

/** A part of the map, in degrees. Longitudes are counted on over the 180th meridian, so that west is below east. */
export interface Area {
  readonly west: number;
  readonly south: number;
  readonly east: number;
  readonly north: number;
}

/** What is seen of the map. */
export interface MapArea extends Area {
  /** Of the map: its world is 512 pixels wide at 0, twice that at 1. */
  readonly zoom: number;
}

export const WORLD: Box = { west: -180, south: -90, east: 180, north: 90 };

/** Cells are tiles of so many more zooms: 64 to 128 pixels wide. */
const CELL_ZOOMS = 3;
/** The most cells that a gateway counts in. */
const MAX_CELLS = 4096;
const MAX_CELL_ZOOM = 22;

/** The box around an area, wider by a part of it on each side. */
export function boxAround({ west, south, east, north }: Area, margin: number): Box {
  const [width, height] = [east - west, north - south];
  const vertical = {
    south: Math.max(-90, south - margin * height),
    north: Math.min(90, north + margin * height),
  };
  if (width * (1 + 2 * margin) >= 360) return { ...vertical, west: -180, east: 180 };
  return { ...vertical, west: wrap(west - margin * width), east: wrap(east + margin * width) };
}

/** Whether all of an area is in a box. */
export function containsArea(box: Box, { west, south, east, north }: Area): boolean {
  if (south < box.south || north > box.north) return false;
  const width = widthOf(box);
  return width >= 360 || eastOf(box.west, west) + east - west <= width;
}

/** Whether a point is in a box. */
export function containsPoint(
  box: Box,
  { latitude, longitude }: { readonly latitude: number; readonly longitude: number },
): boolean {
  return containsArea(box, { west: longitude, south: latitude, east: longitude, north: latitude });
}

/** The zoom of the tiles that are the cells of a box at a zoom of the map. */
export function cellZoomOf(box: Box, mapZoom: number): number {
  let zoom = Math.max(0, Math.min(MAX_CELL_ZOOM, Math.floor(mapZoom) + CELL_ZOOMS));
  while (mostCells(box, zoom) > MAX_CELLS) zoom--;
  return zoom;
}

/** No fewer than the tiles of a zoom that meet a box. */
function mostCells(box: Box, zoom: number): number {
  const across = (part: number): number => Math.min(2 ** zoom, Math.ceil(part * 2 ** zoom) + 1);
  return across(widthOf(box) / 360) * across(mercatorY(box.south) - mercatorY(box.north));
}

/** From 0 in the north to 1 in the south, on the square world of Web Mercator. */
function mercatorY(latitude: number): number {
  const sine = Math.sin((Math.max(-85.06, Math.min(85.06, latitude)) * Math.PI) / 180);
  return 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI);
}

function widthOf({ west, east }: Box): number {
  return west <= east ? east - west : east - west + 360;
}

/** How far a meridian is to the east of another one, from 0 to 360 degrees. */
function eastOf(from: number, to: number): number {
  return (((to - from) % 360) + 360) % 360;
}

function wrap(longitude: number): number {
  return eastOf(-180, longitude) - 180;
}
