package dev.tallyclerk.trust.policy;

import dev.tallyclerk.digest.Digest;
import dev.tallyclerk.reference.DigestResolver;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.attestation.PredicateConditions;
import dev.tallyclerk.trust.attestation.PredicateType;
import dev.tallyclerk.trust.key.TrustedKey;
import dev.tallyclerk.trust.notation.NotationStatement;
import dev.tallyclerk.trust.notation.NotationTrustPolicy;
import dev.tallyclerk.trust.notation.NotationTrustStore;
import dev.tallyclerk.trust.sigstore.CertificateIdentity;
import dev.tallyclerk.trust.sigstore.TrustedRoot;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;

/**
 * What must hold for an image: who signed it, or who else vouches for its digest. Immutable.
 *
 * <p>Its {@code toString} describes it for people.
 */
public sealed interface Requirement
        permits SignedByKey,
                SignedByIdentity,
                Requirement.Reject,
                Requirement.InsecureAcceptAnything,
                Requirement.Pinned,
                Requirement.Tuf,
                Requirement.Notary,
                Requirement.NotationSignature,
                Requirement.Attested,
                Requirement.Unsupported,
                Requirement.AllOf,
                Requirement.AnyOf,
                Requirement.AtLeast {
    /** {@return a requirement that nothing meets} */
    static Requirement reject(String reason) {
        return new Reject(reason);
    }

    /** {@return a requirement that every image meets} */
    static Requirement insecureAcceptAnything() {
        return new InsecureAcceptAnything();
    }

    /** {@return a requirement that the image has one of some digests} */
    static Requirement pinned(Digest... digests) {
        return new Pinned(List.of(digests));
    }

    /**
     * {@return a requirement that a TUF repository lists the image's digest}
     *
     * @param repository the name of the repository for people, for example its address
     * @param resolver for example a {@link dev.tallyclerk.trust.image.TufDigestResolver}
     */
    static Requirement tuf(String repository, DigestResolver resolver) {
        return new Tuf(repository, resolver);
    }

    /**
     * {@return a requirement of a cosign signature by one of some keys}
     *
     * <p>No transparency log and no name in the signature is demanded; {@link SignedByKey} has methods for that.
     */
    static SignedByKey key(TrustedKey... keys) {
        return SignedByKey.of(List.of(keys));
    }

    /**
     * {@return a requirement of a signature by a person or workflow}
     *
     * @param trustedRoot the trusted root of the Sigstore instance
     * @param identity who
     */
    static SignedByIdentity sigstore(TrustedRoot trustedRoot, CertificateIdentity identity) {
        return SignedByIdentity.of(trustedRoot, identity);
    }

    /**
     * {@return a requirement of a Notation signature}
     *
     * @param policy the statements, of which the image's name chooses one
     */
    static Requirement notation(NotationTrustPolicy policy, NotationTrustStore trustStore) {
        return new NotationSignature(policy, trustStore, Map.of());
    }

    /**
     * {@return a requirement of an attestation}
     *
     * @param by who has to have signed it: {@link SignedByKey}, {@link SignedByIdentity}, or one of several of them
     * @param type the family of the predicate's type
     * @param conditions conditions on the predicate
     * @throws IllegalArgumentException if {@code by} is another kind of requirement
     */
    static Requirement attestation(Requirement by, PredicateType type, PredicateConditions conditions) {
        return new Attested(by, type, conditions);
    }

    /** {@return a requirement that cannot be met because this version does not support it, and that is no rejection} */
    static Requirement unsupported(String what) {
        return new Unsupported(what);
    }

    /**
     * {@return a requirement that a Notary v1 collection lists the image's digest}
     *
     * @param server the name of the server for people, for example its address
     * @param resolver for example a {@link dev.tallyclerk.trust.image.NotaryDigestResolver}
     */
    static Requirement notary(String server, DigestResolver resolver) {
        return new Notary(server, List.of(), resolver);
    }

    /** {@return a requirement that all of some requirements are met} */
    static Requirement allOf(Requirement... requirements) {
        return new AllOf(List.of(requirements));
    }

    /** {@return a requirement that one of some requirements is met} */
    static Requirement anyOf(Requirement... requirements) {
        return new AnyOf(List.of(requirements));
    }

    /**
     * {@return a requirement that at least {@code count} of some requirements are met, each by other signers}
     *
     * <p>A signer who meets several of them counts once.
     *
     * @param count from 1 to the number of requirements
     */
    static Requirement atLeast(int count, Requirement... requirements) {
        return new AtLeast(count, List.of(requirements));
    }

    /**
     * A requirement that nothing meets.
     *
     * @param reason why the images are rejected, for people
     */
    record Reject(String reason) implements Requirement {
        /** Requires the reason. */
        public Reject {
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public String toString() {
            return "that it is rejected" + (reason.isEmpty() ? "" : ": " + Quoted.printable(reason));
        }
    }

    /** A requirement that every image meets. */
    record InsecureAcceptAnything() implements Requirement {
        @Override
        public String toString() {
            return "nothing";
        }
    }

    /**
     * A requirement that the image has one of some digests.
     *
     * @param digests the digests of its manifest or index, at least one
     */
    record Pinned(List<Digest> digests) implements Requirement {
        /**
         * Keeps a copy of the list.
         *
         * @throws IllegalArgumentException if it is empty
         */
        public Pinned {
            digests = List.copyOf(digests);
            if (digests.isEmpty()) {
                throw new IllegalArgumentException("no digest is pinned");
            }
        }

        @Override
        public String toString() {
            return "the digest " + digests.stream().map(Digest::toString).collect(Collectors.joining(" or "));
        }
    }

    /**
     * A requirement that a TUF repository lists the image's digest.
     *
     * @param repository the name of the repository for people
     * @param resolver asks the repository
     */
    record Tuf(String repository, DigestResolver resolver) implements Requirement {
        /** Requires both parts. */
        public Tuf {
            Objects.requireNonNull(repository, "repository");
            Objects.requireNonNull(resolver, "resolver");
        }

        @Override
        public String toString() {
            return "a target of the TUF repository " + Quoted.printable(repository);
        }
    }

    /**
     * A requirement that a Notary v1 collection lists the image's digest.
     *
     * @param server the name of the server for people
     * @param demands for people: what else the resolver demands, such as the roles and which root is trusted
     * @param resolver asks the collection of the image's repository
     */
    record Notary(String server, List<String> demands, DigestResolver resolver) implements Requirement {
        /** Keeps a copy of the list. */
        public Notary {
            Objects.requireNonNull(server, "server");
            demands = List.copyOf(demands);
            Objects.requireNonNull(resolver, "resolver");
        }

        @Override
        public String toString() {
            String more = demands.isEmpty() ? "" : " (" + String.join("; ", demands) + ")";
            return "a target of the Notary collection at " + Quoted.printable(server + more);
        }
    }

    /**
     * A requirement of a Notation signature.
     *
     * @param policy the statements, of which the image's name chooses one
     * @param trustStore the certificates that they name
     * @param userMetadata the signed metadata that a signature must have
     */
    record NotationSignature(
            NotationTrustPolicy policy, NotationTrustStore trustStore, Map<String, String> userMetadata)
            implements Requirement {
        /** Keeps a copy of the metadata. */
        public NotationSignature {
            Objects.requireNonNull(policy, "policy");
            Objects.requireNonNull(trustStore, "trustStore");
            userMetadata = Map.copyOf(userMetadata);
        }

        @Override
        public String toString() {
            List<NotationStatement> statements = policy.statements();
            if (statements.size() != 1 || statements.get(0).trustStores().isEmpty()) {
                return "Notation signature by the statement "
                        + statements.stream()
                                .map(statement -> Quoted.quote(statement.name()))
                                .collect(Collectors.joining(" or "));
            }
            List<String> identities = statements.get(0).trustedIdentities();
            String by = identities.contains("*") ? "any certificate" : String.join(" or ", identities);
            List<String> stores = statements.get(0).trustStores();
            return Quoted.printable("Notation signature by " + by + " of " + String.join(" or ", stores));
        }
    }

    /**
     * A requirement of an attestation.
     *
     * @param by who has to have signed it
     * @param type the family of the predicate's type
     * @param conditions conditions on the predicate
     */
    record Attested(Requirement by, PredicateType type, PredicateConditions conditions) implements Requirement {
        /**
         * Checks who has to have signed.
         *
         * @throws IllegalArgumentException if {@code by} is not about signatures by keys or identities alone
         */
        public Attested {
            Objects.requireNonNull(type, "type");
            Objects.requireNonNull(conditions, "conditions");
            if (!isBySigners(by)) {
                throw new IllegalArgumentException("an attestation is signed by key, sigstore, or anyOf of them");
            }
        }

        private static boolean isBySigners(Requirement by) {
            return by instanceof SignedByKey
                    || by instanceof SignedByIdentity
                    || (by instanceof AnyOf any && any.requirements().stream().allMatch(Attested::isBySigners));
        }

        @Override
        public String toString() {
            return "attestation of type " + type + ", by " + by;
        }
    }

    /**
     * A requirement that this version cannot check. It is never met, and no reason to reject.
     *
     * @param what what is not supported, for people
     */
    record Unsupported(String what) implements Requirement {
        /** Requires the text. */
        public Unsupported {
            Objects.requireNonNull(what, "what");
        }

        @Override
        public String toString() {
            return Quoted.printable(what) + " (not supported)";
        }
    }

    /**
     * A requirement that all of some requirements are met.
     *
     * @param requirements at least one, at most {@value #MAX_PARTS}
     */
    record AllOf(List<Requirement> requirements) implements Requirement {
        /**
         * Keeps a copy of the list.
         *
         * @throws IllegalArgumentException if there are none or too many
         */
        public AllOf {
            requirements = parts(requirements);
        }

        @Override
        public String toString() {
            return "all of (" + joined(requirements) + ")";
        }
    }

    /**
     * A requirement that one of some requirements is met.
     *
     * @param requirements at least one, at most {@value #MAX_PARTS}
     */
    record AnyOf(List<Requirement> requirements) implements Requirement {
        /**
         * Keeps a copy of the list.
         *
         * @throws IllegalArgumentException if there are none or too many
         */
        public AnyOf {
            requirements = parts(requirements);
        }

        @Override
        public String toString() {
            return "any of (" + joined(requirements) + ")";
        }
    }

    /**
     * A requirement that some of several requirements are met, each by other signers.
     *
     * @param count how many, from 1 to their number
     * @param requirements at least one, at most {@value #MAX_PARTS}
     */
    record AtLeast(int count, List<Requirement> requirements) implements Requirement {
        /**
         * Keeps a copy of the list.
         *
         * @throws IllegalArgumentException if there are none or too many, or the count is out of range
         */
        public AtLeast {
            requirements = parts(requirements);
            if (count < 1 || count > requirements.size()) {
                throw new IllegalArgumentException(
                        "at least " + count + " of " + requirements.size() + " requirements can never be right");
            }
        }

        @Override
        public String toString() {
            return "at least " + count + " of (" + joined(requirements) + ")";
        }
    }

    /** The most requirements that one may consist of. */
    int MAX_PARTS = 32;

    private static List<Requirement> parts(List<Requirement> requirements) {
        if (requirements.isEmpty() || requirements.size() > MAX_PARTS) {
            throw new IllegalArgumentException(requirements.size() + " requirements, allowed are 1 to " + MAX_PARTS);
        }
        return List.copyOf(new ArrayList<>(requirements));
    }

    private static String joined(List<Requirement> requirements) {
        return requirements.stream().map(Requirement::toString).collect(Collectors.joining("; "));
    }
}
