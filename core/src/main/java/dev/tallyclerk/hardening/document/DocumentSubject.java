package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Location;
import dev.tallyclerk.hardening.MissingValue;
import dev.tallyclerk.hardening.Subject;
import java.util.List;

/**
 * A subject that shows its document, so that the conditions of a policy can look into it.
 *
 * <p>Immutable.
 */
public interface DocumentSubject extends Subject {
    /** {@return the document, or the part of one that the subject is} */
    DocumentValue document();

    /**
     * {@return where people find what is at a place of the document}
     *
     * @param at a location in {@link #document}; another one is returned unchanged
     */
    default Location locate(Location at) {
        return at;
    }

    /**
     * {@return why a value of the document is missing, as people should read it}
     *
     * @param missing what a condition found missing in {@link #document}
     */
    default MissingValue explain(MissingValue missing) {
        return missing;
    }

    /**
     * {@return why the document may lack what the subject has, for example because a file that it includes could not be
     * read; conditions are unknown then. Empty if it is complete}
     */
    default List<MissingValue> gaps() {
        return List.of();
    }
}
