package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;

/**
 * A directive to the builder at the top of a Dockerfile, such as {@code # syntax=docker/dockerfile:1}.
 *
 * @param name {@code syntax}, {@code escape} or {@code check}
 * @param value the value
 * @param at the place in the file
 */
public record Directive(String name, String value, Location.Region at) {}
