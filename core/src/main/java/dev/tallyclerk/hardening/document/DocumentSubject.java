package dev.tallyclerk.hardening.document;

import dev.tallyclerk.hardening.Subject;

/**
 * A subject that shows its document, so that the conditions of a policy can look into it.
 *
 * <p>Immutable.
 */
public interface DocumentSubject extends Subject {
    /** {@return the document, or the part of one that the subject is} */
    DocumentValue document();
}
