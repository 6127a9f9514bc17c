package dev.tallyclerk.hardening.dockerfile;

import dev.tallyclerk.hardening.Location;

/**
 * A comment on a line of its own in a Dockerfile, outside continued lines and here-documents.
 *
 * @param text the text after the number sign, without blanks around it
 * @param at the place in the file
 */
public record Comment(String text, Location.Region at) {}
