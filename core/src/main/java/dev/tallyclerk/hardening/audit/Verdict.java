package dev.tallyclerk.hardening.audit;

import dev.tallyclerk.hardening.Outcome;

/** What a rule saw, in one word. */
public enum Verdict {
    /** The subject has what the rule asks for. */
    PASS,
    /** The subject does not have what the rule asks for. */
    FAIL,
    /** The rule has nothing to say about the subject. */
    NOT_APPLICABLE,
    /** The rule cannot tell, because data is missing. */
    UNKNOWN,
    /** No document can tell: a person has to look. */
    MANUAL,
    /** The rule itself failed. */
    ERROR;

    /**
     * {@return the word for {@code outcome}}
     *
     * @param outcome what a rule says
     */
    public static Verdict of(Outcome outcome) {
        return outcome.fold(
                () -> PASS,
                fail -> FAIL,
                notApplicable -> NOT_APPLICABLE,
                unknown -> UNKNOWN,
                manual -> MANUAL,
                error -> ERROR);
    }

    /** {@return whether the question was left open: {@link #UNKNOWN}, {@link #MANUAL} or {@link #ERROR}} */
    public boolean isUndecided() {
        return this == UNKNOWN || this == MANUAL || this == ERROR;
    }
}
