package dev.tallyclerk.maven;

/**
 * An image to decide on.
 *
 * @param name for people: as the parameters name it, and the platform
 * @param place where that is now
 * @param platform the platform, or an empty text for the default
 */
record WantedImage(String name, ImageLocations.Place place, String platform) {}
