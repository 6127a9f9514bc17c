package dev.tallyclerk.hardening.compose;

import dev.tallyclerk.hardening.Location;

/**
 * A file that was not read.
 *
 * @param name as it was written
 * @param service the service that names it, or empty
 * @param at where
 */
record Elsewhere(String name, String service, Location at) {}
