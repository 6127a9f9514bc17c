package dev.tallyclerk.hardening.container.model;

import dev.tallyclerk.hardening.Subject;
import java.util.List;

/**
 * A subject that describes how containers are run, so that the RUN rules judge it.
 *
 * <p>Immutable.
 */
public interface RunSubject extends Subject {
    /** {@return the containers in the order of the document, possibly none} */
    List<? extends ContainerSettings> containers();
}
