package dev.tallyclerk.hardening.container;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;

/**
 * A subject of another format that says the same as a request to create a container, such as a service of Compose, so
 * that every RUN rule judges it.
 *
 * <p>Immutable.
 */
public interface TranslatedContainer extends Subject {
    /** {@return the container that an engine would be asked for; with the facts that were given about it} */
    ContainerSubject container();

    /**
     * {@return where the user wrote what a place in the container's document says}
     *
     * @param at a location in {@link #container}, mostly a pointer such as {@code /HostConfig/Privileged}
     */
    Location locate(Location at);

    /**
     * {@return why a value of the container's document is missing, in the words of the user's document}
     *
     * @param missing what a rule found missing in {@link #container}
     */
    default MissingValue explain(MissingValue missing) {
        return missing;
    }
}
