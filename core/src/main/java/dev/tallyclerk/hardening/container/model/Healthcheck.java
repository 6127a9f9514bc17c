package dev.tallyclerk.hardening.container.model;

import java.util.List;

/**
 * How an engine checks that a container works.
 *
 * @param test {@code NONE} alone switches the image's check off; otherwise {@code CMD} or {@code CMD-SHELL} and what to
 *     run; empty if nothing is said
 */
public record Healthcheck(List<String> test) {
    public Healthcheck {
        test = List.copyOf(test);
    }

    /** {@return whether the image's check is switched off} */
    public boolean isSwitchedOff() {
        return !test.isEmpty() && test.get(0).equals("NONE");
    }
}
