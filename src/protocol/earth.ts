/**
 * The radius of the sphere that distances are measured on, in metres: the mean radius of the Earth,
 * 6,371,008.8 m (R₁ in Moritz, "Geodetic Reference System 1980"), rounded to a kilometre, as geographic
 * libraries commonly do. A distance on the sphere is wrong by up to 0.6 %, since the Earth is flattened.
 */
export const EARTH_RADIUS_METRES = 6_371_000;
