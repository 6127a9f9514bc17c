package dev.tallyclerk.hardening.container.model;

import java.util.List;

/**
 * The health check of a container.
 *
 * @param test {@code NONE} alone disables the image's check; otherwise {@code CMD} or {@code CMD-SHELL} and the
 *     command; empty if not set
 */
public record Healthcheck(List<String> test) {
    public Healthcheck {
        test = List.copyOf(test);
    }

    /** {@return whether the image's check is disabled} */
    public boolean isSwitchedOff() {
        return !test.isEmpty() && test.get(0).equals("NONE");
    }
}
