package dev.tallyclerk.trust.notation;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Which validations must succeed. Integrity must always, except at the level {@link #SKIP}. Immutable.
 *
 * @see <a href="https://github.com/notaryproject/specifications/blob/d4b62b9/specs/trust-store-trust-policy.md">Trust
 *     policy specification, "Signature Verification details"</a>
 */
public final class NotationLevel {
    /** A part of the verification, in the order in which they take place. */
    public enum Validation {
        /** Whether a certificate of the chain is trusted, and the signer is a trusted identity. */
        AUTHENTICITY("authenticity"),
        /** Whether the signer's end has not passed. */
        EXPIRY("expiry"),
        /** Whether the certificates were valid when it was signed, by a trustworthy clock, or are now. */
        AUTHENTIC_TIMESTAMP("authenticTimestamp"),
        /** Whether no certificate is revoked. */
        REVOCATION("revocation");

        private final String text;

        Validation(String text) {
            this.text = text;
        }

        /** {@return the name in {@code trustpolicy.json}} */
        @Override
        public String toString() {
            return text;
        }
    }

    /** What a failed validation leads to. */
    public enum Action {
        /** The signature is refused. */
        ENFORCE,
        /** The evidence reports it as not checked. */
        LOG,
        /** There is no validation, and the evidence reports that. */
        SKIP
    }

    /** Enforces every validation. */
    public static final NotationLevel STRICT =
            new NotationLevel("strict", Action.ENFORCE, Action.ENFORCE, Action.ENFORCE, Action.ENFORCE);

    /** Enforces authenticity only. */
    public static final NotationLevel PERMISSIVE =
            new NotationLevel("permissive", Action.ENFORCE, Action.LOG, Action.LOG, Action.LOG);

    /** Enforces integrity only: anybody can have signed. */
    public static final NotationLevel AUDIT =
            new NotationLevel("audit", Action.LOG, Action.LOG, Action.LOG, Action.LOG);

    /** Verifies nothing, not even that there is a signature. */
    public static final NotationLevel SKIP =
            new NotationLevel("skip", Action.SKIP, Action.SKIP, Action.SKIP, Action.SKIP);

    private final String name;
    private final Map<Validation, Action> actions;

    private NotationLevel(String name, Action authenticity, Action expiry, Action timestamp, Action revocation) {
        this(
                name,
                Map.of(
                        Validation.AUTHENTICITY,
                        authenticity,
                        Validation.EXPIRY,
                        expiry,
                        Validation.AUTHENTIC_TIMESTAMP,
                        timestamp,
                        Validation.REVOCATION,
                        revocation));
    }

    private NotationLevel(String name, Map<Validation, Action> actions) {
        this.name = name;
        this.actions = actions;
    }

    static Optional<NotationLevel> named(String name) {
        return List.of(STRICT, PERMISSIVE, AUDIT, SKIP).stream()
                .filter(level -> level.name.equals(name))
                .findFirst();
    }

    /** {@return the name of the level before overrides, such as {@code strict}} */
    public String name() {
        return name;
    }

    /** {@return what a failure of a validation leads to} */
    public Action action(Validation validation) {
        return actions.getOrDefault(validation, Action.ENFORCE);
    }

    /**
     * {@return this with another action for one validation}
     *
     * @throws IllegalArgumentException for the level {@link #SKIP}, and for {@link Action#SKIP} of another validation
     *     than revocation
     */
    public NotationLevel withOverride(Validation validation, Action action) {
        if (isSkip()) {
            throw new IllegalArgumentException("the level skip has no overrides");
        }
        if (action == Action.SKIP && validation != Validation.REVOCATION) {
            throw new IllegalArgumentException(validation + " may be enforced or logged, not skipped");
        }
        Map<Validation, Action> changed = new EnumMap<>(actions);
        changed.put(validation, action);
        return new NotationLevel(name, Map.copyOf(changed));
    }

    boolean isSkip() {
        return action(Validation.AUTHENTICITY) == Action.SKIP;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof NotationLevel level && name.equals(level.name) && actions.equals(level.actions);
    }

    @Override
    public int hashCode() {
        return 31 * name.hashCode() + actions.hashCode();
    }

    /** {@return the name, for people} */
    @Override
    public String toString() {
        return name;
    }
}
