package dev.tallyclerk.evidence;

import dev.tallyclerk.text.Quoted;
import java.util.Collections;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalLong;
import java.util.TreeMap;

/** Who signed. Two signers are the same if their {@link #id} is the same. */
public sealed interface Signer {
    /**
     * {@return the same text for the same signer, however often and in whatever form they signed}
     *
     * <p>A policy that demands several signers counts each id once.
     */
    String id();

    /**
     * The owner of a key.
     *
     * @param fingerprint SHA-256 of the key's SubjectPublicKeyInfo, in hexadecimal
     */
    record Key(String fingerprint) implements Signer {
        /** Requires the fingerprint. */
        public Key {
            Objects.requireNonNull(fingerprint, "fingerprint");
        }

        @Override
        public String id() {
            return "key:" + fingerprint;
        }

        /** {@return the fingerprint, for people} */
        @Override
        public String toString() {
            return "key sha256:" + fingerprint;
        }
    }

    /**
     * A person or workflow that an identity provider knows, by a short-lived certificate.
     *
     * @param identity the certificate's subject alternative name
     * @param issuer the identity provider
     * @param extensions what the certificate says of the build, by the names of the Fulcio extensions, such as
     *     {@code sourceRepositoryURI}
     */
    record Identity(String identity, String issuer, Map<String, String> extensions) implements Signer {
        /** Keeps a sorted copy of the extensions. */
        public Identity {
            Objects.requireNonNull(identity, "identity");
            Objects.requireNonNull(issuer, "issuer");
            extensions = Collections.unmodifiableMap(new TreeMap<>(extensions));
        }

        @Override
        public String id() {
            return "identity:" + issuer + " " + identity;
        }

        /** {@return identity and issuer, for people} */
        @Override
        public String toString() {
            return Quoted.printable(identity) + " (issuer " + Quoted.printable(issuer) + ")";
        }
    }

    /**
     * The owner of a certificate of a trust store.
     *
     * @param subject the distinguished name (RFC 4514)
     * @param fingerprint SHA-256 of the certificate's SubjectPublicKeyInfo, in hexadecimal
     * @param trustStore the store that its root is from, such as {@code ca:acme}
     */
    record Certificate(String subject, String fingerprint, String trustStore) implements Signer {
        /** Requires every part. */
        public Certificate {
            Objects.requireNonNull(subject, "subject");
            Objects.requireNonNull(fingerprint, "fingerprint");
            Objects.requireNonNull(trustStore, "trustStore");
        }

        @Override
        public String id() {
            return "key:" + fingerprint;
        }

        /** {@return subject and store, for people} */
        @Override
        public String toString() {
            return Quoted.printable(subject) + " (trust store " + Quoted.printable(trustStore) + ")";
        }
    }

    /**
     * A role of signed metadata, which several keys may have to sign for.
     *
     * <p>All roles of a repository are one signer, because they are delegated by one root.
     *
     * @param repository the repository of the metadata
     * @param role the name of the role
     * @param threshold how many keys have to sign for the role, if that is known; the lowest of several delegations
     */
    record Role(String repository, String role, OptionalLong threshold) implements Signer {
        /** Requires every part. */
        public Role {
            Objects.requireNonNull(repository, "repository");
            Objects.requireNonNull(role, "role");
            Objects.requireNonNull(threshold, "threshold");
        }

        @Override
        public String id() {
            return "repository:" + repository;
        }

        /** {@return role and repository, for people} */
        @Override
        public String toString() {
            String keys = threshold.isPresent()
                    ? ", which takes " + threshold.getAsLong() + (threshold.getAsLong() == 1 ? " key" : " keys")
                    : "";
            return "role " + Quoted.printable(role) + " of " + Quoted.printable(repository) + keys;
        }
    }

    /**
     * The author of the policy, who named the digest there.
     *
     * @param policy the policy's name
     */
    record PolicyAuthor(String policy) implements Signer {
        /** Requires the name. */
        public PolicyAuthor {
            Objects.requireNonNull(policy, "policy");
        }

        @Override
        public String id() {
            return "policy:" + policy;
        }

        /** {@return the policy, for people} */
        @Override
        public String toString() {
            return "policy " + Quoted.printable(policy);
        }
    }
}
