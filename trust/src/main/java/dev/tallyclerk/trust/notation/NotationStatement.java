package dev.tallyclerk.trust.notation;

import dev.tallyclerk.evidence.EvidenceException;
import dev.tallyclerk.reference.MalformedReferenceException;
import dev.tallyclerk.reference.Reference;
import dev.tallyclerk.text.Quoted;
import dev.tallyclerk.trust.internal.notation.DistinguishedName;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Whose signatures are trusted for some repositories, and how strictly: a statement of {@code trustpolicy.json}, or one
 * that a program makes. Immutable.
 */
public final class NotationStatement {
    /**
     * When the countersignature of a timestamp authority is verified, if a trust store of the type {@code tsa} is
     * named.
     */
    public enum TimestampCheck {
        /** Always; a signature without one fails. */
        ALWAYS,
        /** Only if a certificate of the chain has expired. */
        AFTER_CERT_EXPIRY
    }

    private static final String EVERYTHING = "*";
    private static final String SUBJECT = "x509.subject:";
    private static final Pattern STORE = Pattern.compile("(ca|signingAuthority|tsa):([A-Za-z0-9_.-]{1,255})");

    private final String name;
    private final List<String> registryScopes;
    private final NotationLevel level;
    private final TimestampCheck timestampCheck;
    private final List<String> trustStores;
    private final List<String> trustedIdentities;
    private final List<DistinguishedName> subjects;

    private NotationStatement(
            String name,
            List<String> registryScopes,
            NotationLevel level,
            TimestampCheck timestampCheck,
            List<String> trustStores,
            List<String> trustedIdentities,
            List<DistinguishedName> subjects) {
        this.name = name;
        this.registryScopes = registryScopes;
        this.level = level;
        this.timestampCheck = timestampCheck;
        this.trustStores = trustStores;
        this.trustedIdentities = trustedIdentities;
        this.subjects = subjects;
    }

    /**
     * {@return a strict statement for every repository}
     *
     * @param trustStores the trust stores, such as {@code ca:acme}, {@code signingAuthority:acme} or {@code tsa:acme};
     *     at least one
     * @param trustedIdentities either {@code *} alone, or parts of subjects such as {@code x509.subject: C=US, ST=WA,
     *     O=Acme}, each with at least C, ST and O; no one may be a part of another
     * @throws IllegalArgumentException if one of them is malformed, or there is none
     */
    public static NotationStatement of(List<String> trustStores, List<String> trustedIdentities) {
        if (trustStores.isEmpty() || trustedIdentities.isEmpty()) {
            throw new IllegalArgumentException("a statement needs trust stores and trusted identities");
        }
        requireDistinct("trust store", trustStores);
        for (String store : trustStores) {
            requireStore(store);
        }
        return new NotationStatement(
                "program",
                List.of(EVERYTHING),
                NotationLevel.STRICT,
                TimestampCheck.ALWAYS,
                List.copyOf(trustStores),
                List.copyOf(trustedIdentities),
                subjects(trustedIdentities));
    }

    /** {@return a statement by which nothing is verified, for every repository} */
    static NotationStatement skip() {
        return new NotationStatement(
                "skip",
                List.of(EVERYTHING),
                NotationLevel.SKIP,
                TimestampCheck.ALWAYS,
                List.of(),
                List.of(),
                List.of());
    }

    private static void requireStore(String store) {
        if (!STORE.matcher(store).matches() || store.endsWith(":.") || store.endsWith(":..")) {
            throw new IllegalArgumentException("the trust store " + Quoted.quote(store)
                    + " is not TYPE:NAME with a type of ca, signingAuthority or tsa and a plain name");
        }
    }

    private static List<DistinguishedName> subjects(List<String> identities) {
        if (identities.contains(EVERYTHING)) {
            if (identities.size() > 1) {
                throw new IllegalArgumentException("the trusted identity * excludes others");
            }
            return List.of();
        }
        List<DistinguishedName> subjects = new ArrayList<>();
        for (String identity : identities) {
            DistinguishedName subject = subject(identity);
            for (DistinguishedName other : subjects) {
                if (subject.isPartOf(other) || other.isPartOf(subject)) {
                    throw new IllegalArgumentException(
                            "the trusted identity " + Quoted.quote(identity) + " overlaps with another");
                }
            }
            subjects.add(subject);
        }
        return List.copyOf(subjects);
    }

    private static DistinguishedName subject(String identity) {
        if (!identity.startsWith(SUBJECT)) {
            throw new IllegalArgumentException(
                    "the trusted identity " + Quoted.quote(identity) + " does not begin with " + SUBJECT);
        }
        try {
            DistinguishedName subject = DistinguishedName.parse(identity.substring(SUBJECT.length()));
            if (!subject.attributes().keySet().containsAll(List.of("C", "ST", "O"))) {
                throw new IllegalArgumentException(
                        "the trusted identity " + Quoted.quote(identity) + " lacks C, ST or O");
            }
            return subject;
        } catch (EvidenceException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    private static void requireDistinct(String what, List<String> values) {
        if (new HashSet<>(values).size() < values.size()) {
            throw new IllegalArgumentException("a " + what + " twice: " + Quoted.quote(values.toString()));
        }
    }

    /**
     * {@return this under another name, which messages and evidence mention}
     *
     * @throws IllegalArgumentException if it is empty
     */
    public NotationStatement withName(String name) {
        if (name.isBlank()) {
            throw new IllegalArgumentException("a statement without a name");
        }
        return new NotationStatement(
                name, registryScopes, level, timestampCheck, trustStores, trustedIdentities, subjects);
    }

    /**
     * {@return this for other repositories}
     *
     * @param registryScopes either {@code *} alone, or whole names of repositories such as
     *     {@code registry.example/acme/shop}
     * @throws IllegalArgumentException if one is no such name, or there is none
     */
    public NotationStatement withRegistryScopes(List<String> registryScopes) {
        if (registryScopes.isEmpty()) {
            throw new IllegalArgumentException("a statement without a registry scope");
        }
        requireDistinct("registry scope", registryScopes);
        for (String scope : registryScopes) {
            if (!(scope.equals(EVERYTHING) ? registryScopes.size() == 1 : isRepository(scope))) {
                throw new IllegalArgumentException("the registry scope " + Quoted.quote(scope)
                        + " is neither * alone nor the whole name of a repository without tag and digest");
            }
        }
        return new NotationStatement(
                name, List.copyOf(registryScopes), level, timestampCheck, trustStores, trustedIdentities, subjects);
    }

    private static boolean isRepository(String scope) {
        try {
            Reference reference = Reference.parse(scope);
            return !reference.domain().isEmpty() && reference.name().equals(scope);
        } catch (MalformedReferenceException e) {
            return false;
        }
    }

    /**
     * {@return this with another level}
     *
     * @throws IllegalArgumentException for {@link NotationLevel#SKIP}, which takes neither stores nor identities
     */
    public NotationStatement withLevel(NotationLevel level) {
        if (level.isSkip() && !trustStores.isEmpty()) {
            throw new IllegalArgumentException("the level skip takes neither trust stores nor trusted identities");
        }
        return new NotationStatement(
                name, registryScopes, level, timestampCheck, trustStores, trustedIdentities, subjects);
    }

    /** {@return this with another time for verifying timestamps} */
    public NotationStatement withTimestampCheck(TimestampCheck timestampCheck) {
        return new NotationStatement(
                name, registryScopes, level, timestampCheck, trustStores, trustedIdentities, subjects);
    }

    /** {@return the name} */
    public String name() {
        return name;
    }

    /** {@return {@code *} alone, or the names of repositories} */
    public List<String> registryScopes() {
        return registryScopes;
    }

    /** {@return which validations must succeed} */
    public NotationLevel level() {
        return level;
    }

    /** {@return when timestamps are verified} */
    public TimestampCheck timestampCheck() {
        return timestampCheck;
    }

    /** {@return the trust stores, such as {@code ca:acme}; empty if nothing is verified} */
    public List<String> trustStores() {
        return trustStores;
    }

    /** {@return the trusted identities as they are written; empty if nothing is verified} */
    public List<String> trustedIdentities() {
        return trustedIdentities;
    }

    boolean coversEverything() {
        return registryScopes.contains(EVERYTHING);
    }

    /** {@return whether the subject of a signing certificate is trusted} */
    boolean trusts(DistinguishedName subject) {
        return subjects.stream().anyMatch(trusted -> trusted.isPartOf(subject));
    }

    /** {@return whether every subject is trusted} */
    boolean trustsEverySubject() {
        return trustedIdentities.contains(EVERYTHING);
    }

    /** {@return the trust stores of a type} */
    List<String> trustStoresOf(String type) {
        return trustStores.stream()
                .filter(store -> store.startsWith(type + ":"))
                .toList();
    }

    /** {@return the name, for people} */
    @Override
    public String toString() {
        return "Notation statement " + Quoted.quote(name);
    }
}
