/** Where a gateway has the archives of the map: that of the light theme, and that of the dark one. */
export const TILE_PATHS = { style: '/map/tiles.pmtiles', darkStyle: '/map/dark.pmtiles' } as const;
